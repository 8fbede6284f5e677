#include "proxy/pipeline/headers.h"

#include <algorithm>
#include <array>

#include "proxy/credential.h"

namespace llmgw::proxy {
namespace header_rules {

using Names = std::span<const std::string_view>;

constexpr std::size_t longest_id = 128;

// Hop-by-hop (RFC 9110 section 7.6.1), what llmgw writes itself, credentials, and what a browser or an earlier proxy
// says about itself. x-conversation-id makes llama.cpp go on generating after the client has left.
constexpr std::array<std::string_view, 24> never{"connection",
                                                 "keep-alive",
                                                 "te",
                                                 "trailer",
                                                 "transfer-encoding",
                                                 "upgrade",
                                                 "host",
                                                 "content-length",
                                                 "accept-encoding",
                                                 "expect",
                                                 "authorization",
                                                 "x-api-key",
                                                 "api-key",
                                                 "x-goog-api-key",
                                                 "cookie",
                                                 "origin",
                                                 "referer",
                                                 "forwarded",
                                                 "x-conversation-id",
                                                 "content-encoding",
                                                 "content-type",
                                                 "x-sim",
                                                 "x-request-id",
                                                 "user-agent"};
constexpr std::array<std::string_view, 4> never_prefixes{"proxy-", "sec-", "x-forwarded-", "x-llmgw-"};

// What every server may know whatever format it speaks.
constexpr std::array<std::string_view, 4> translated{"user-agent", "traceparent", "tracestate", "x-sim"};
constexpr std::array<std::string_view, 2> native_too{"user-agent", "x-sim"};

constexpr std::array<std::string_view, 4> to_client{"retry-after", "retry-after-ms", "x-should-retry",
                                                    "openai-processing-ms"};

bool in(Names names, std::string_view name) {
  return std::ranges::any_of(names, [name](auto other) { return http::same_name(name, other); });
}

bool begins_with(std::string_view name, std::string_view prefix) {
  return http::same_name(name.substr(0, prefix.size()), prefix);
}

bool forwarded(std::string_view name) {
  return !in(never, name) &&
         std::ranges::none_of(never_prefixes, [&](auto prefix) { return begins_with(name, prefix); });
}

bool about_limits(std::string_view name) {
  constexpr std::string_view word = "ratelimit";
  for (; name.size() >= word.size(); name.remove_prefix(1)) {
    if (begins_with(name, word)) return true;
  }
  return false;
}

// The Messages API takes keys in x-api-key and OAuth tokens as Bearer (docs.claude.com, "Authentication"): a token that
// goes in the other header is refused.
bool keeps_bearer(const Credential& credential, const Upstream& upstream, bool same_format) {
  const bool own_scheme = http::same_name(upstream.auth.header, "x-api-key");
  return same_format && own_scheme && credential.header == "authorization";
}

// A header that the client's `connection` line names belongs to that hop as well.
bool hop_named(const http::Request& request, std::string_view name) {
  return request.headers.lists("connection", name);
}

}  // namespace header_rules

http::Headers upstream_headers(const Exchange& exchange, const Upstream& upstream, bool same_format) {
  namespace rules = header_rules;
  http::Headers out;
  out.add_checked("content-type", "application/json");
  out.add_checked("accept-encoding", "identity");
  out.add_checked("x-request-id", exchange.request_id);
  const auto extra = same_format ? rules::Names(rules::native_too) : rules::Names(rules::translated);
  const bool names_hops = exchange.http.headers.contains("connection");
  for (const auto& line : exchange.http.headers) {
    const bool hop = names_hops && rules::hop_named(exchange.http, line.name);
    const bool wanted = rules::in(extra, line.name) || (same_format && rules::forwarded(line.name) && !hop);
    if (wanted) out.add_checked(line.name, line.value);
  }
  if (!same_format && !upstream.dialect->version_header.empty()) {
    out.set(upstream.dialect->version_header, upstream.dialect->version);
  }
  if (upstream.client_key) {
    // The local token opens this gateway and is nobody else's business.
    if (const auto credential = find_credential(exchange.http, exchange.snapshot->token.reveal())) {
      auto scheme = upstream.auth;
      if (rules::keeps_bearer(*credential, upstream, same_format)) scheme = {"authorization", "Bearer ", ""};
      provider::add_credential(out, scheme, Secret(credential->value));
    }
  } else if (!upstream.key.empty()) {
    provider::add_credential(out, upstream.auth, upstream.key);
  }
  for (const auto& [name, value] : upstream.headers) out.set(name, value);
  return out;
}

std::string without_key(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    if (!part.starts_with("key=")) {
      if (!out.empty()) out += '&';
      out += part;
    }
    query.remove_prefix(part.size() == query.size() ? part.size() : part.size() + 1);
  }
  return out;
}

void copy_answer_headers(const http::Headers& from, http::Headers& to) {
  for (const auto& line : from) {
    const bool wanted = header_rules::in(header_rules::to_client, line.name) || header_rules::about_limits(line.name);
    if (wanted) to.add_checked(line.name, line.value);
  }
}

std::string upstream_request_id(const http::Headers& from, const Exchange& exchange) {
  for (const auto name : {"request-id", "x-request-id"}) {
    const auto id = from.get(name);
    if (id && *id != exchange.request_id && id->size() <= header_rules::longest_id) return std::string(*id);
  }
  return {};
}

namespace header_rules {

// A model's name comes out of a body, where any byte may stand.
bool fits_a_header(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

void add_ids(const Exchange& exchange, http::Headers& headers) {
  headers.add_checked("x-request-id", exchange.request_id);
  if (exchange.client == &dialect::anthropic_messages) headers.add_checked("request-id", exchange.request_id);
}

void add_report(const Exchange& exchange, const Record& record, http::Headers& headers) {
  if (record.attempts > 0) headers.add_checked("x-llmgw-attempts", std::to_string(record.attempts));
  if (!record.upstream_model.empty() && fits_a_header(record.upstream_model)) {
    headers.add("x-llmgw-upstream-model", record.upstream_model);
  }
  if (!record.upstream_id.empty()) headers.add("x-llmgw-upstream-request-id", record.upstream_id);
  if (!exchange.applied.empty()) headers.add("x-llmgw-applied", exchange.applied.text());
  if (!exchange.notes.empty()) headers.add("x-llmgw-notes", exchange.notes.header());
  if (record.usage && record.usage->estimated) headers.add("x-llmgw-estimated", "1");
}

}  // namespace header_rules

http::ResponseHead answer_head(const Exchange& exchange, const Record& record, const http::ResponseHead& upstream,
                               std::string_view content_type) {
  http::ResponseHead head;
  head.status = 200;
  head.headers.add_checked("content-type", content_type);
  if (content_type.starts_with("text/event-stream")) {
    head.headers.add("cache-control", "no-cache");
    head.headers.add("x-accel-buffering", "no");  // tells nginx in front of us not to hold events back
  }
  header_rules::add_ids(exchange, head.headers);
  copy_answer_headers(upstream.headers, head.headers);
  header_rules::add_report(exchange, record, head.headers);
  return head;
}

http::ResponseHead error_head(const Exchange& exchange, const Record& record, const Error& error) {
  http::ResponseHead head;
  head.status = exchange.client->error_status(error);
  head.headers.add("content-type", "application/json");
  header_rules::add_ids(exchange, head.headers);
  for (const auto& line : record.advice) head.headers.add_checked(line.name, line.value);
  if (!error.retry_after.empty()) head.headers.set("retry-after", error.retry_after);
  if (error.retryable) head.headers.set("x-should-retry", *error.retryable ? "true" : "false");
  header_rules::add_report(exchange, record, head.headers);
  return head;
}

}  // namespace llmgw::proxy
