#include "proxy/pipeline/answer_body.h"

#include <fmt/format.h>

#include <optional>

namespace llmgw::proxy {
namespace answer_body {

std::optional<BodyKind> said_kind(const http::ResponseHead& head) {
  const auto type = head.headers.get("content-type").value_or("");
  if (type.find("text/event-stream") != std::string_view::npos) return BodyKind::events;
  if (type.find("json") != std::string_view::npos) return BodyKind::json;
  return std::nullopt;
}

}  // namespace answer_body

bool says_body_kind(const http::ResponseHead& head) { return answer_body::said_kind(head).has_value(); }

BodyKind body_kind(const http::ResponseHead& head, std::string_view first_bytes) {
  if (const auto said = answer_body::said_kind(head)) return *said;
  const auto first = first_bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return BodyKind::events;
  return first_bytes[first] == '{' || first_bytes[first] == '[' ? BodyKind::json : BodyKind::events;
}

Result<bool> take_piece(const net::Chunk& piece, std::string& body, BodyLimit limit) {
  if (piece.kind == net::Chunk::Kind::end) return true;
  body += piece.bytes;
  if (body.size() <= limit.bytes) return false;
  if (!limit.truncates) {
    return fail(Errc::upstream_protocol, fmt::format("the upstream's answer is over {} bytes", limit.bytes));
  }
  body.resize(limit.bytes);
  return true;
}

Result<bool> read_ready(net::HttpStream& stream, std::string& body, BodyLimit limit) {
  while (auto ready = stream.ready()) {
    if (!*ready) return std::unexpected(std::move(*ready).error());
    TRY(const auto over, take_piece(**ready, body, limit));
    if (over) return true;
  }
  return false;
}

net::Task<Result<>> read_rest(net::HttpStream& stream, std::string& body, BodyLimit limit) {
  for (;;) {
    CO_TRY(const auto chunk, co_await stream.next(net::milliseconds(0)));
    CO_TRY(const auto over, take_piece(chunk, body, limit));
    if (over) co_return Result<>{};
  }
}

net::Task<Result<>> read_refusal(net::HttpStream& stream, std::string& body) {
  auto rest = co_await read_rest(stream, body, error_limit);
  if (!rest && rest.error().code == Errc::cancelled) co_return rest;
  co_return Result<>{};
}

Error upstream_failure(const Attempt& attempt, const http::ResponseHead& head, std::string_view body) {
  if (head.status < 400) {
    Error error;
    error.code = Errc::upstream_protocol;
    error.message =
        fmt::format("the upstream answered status {} where an answer or an error was expected", head.status);
    return error;
  }
  auto error = attempt.dialect.decode_error(head.status, head.headers, body);
  hide_credentials(attempt, error.message);
  const bool about_credential = head.status == 401 || head.status == 403;
  if (!about_credential || attempt.upstream.client_key) return error;
  Error ours;
  ours.code = Errc::upstream_auth;
  ours.message = fmt::format("the upstream refused llmgw's credential (status {}): {}", head.status, error.message);
  ours.retryable = false;
  return ours;
}

namespace answer_body {

bool is_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// Whether a text holds a name that is not part of a longer word.
bool names(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace answer_body

bool is_about_model(const Error& error, std::string_view model) {
  return error.wire_code == "model_not_found" || (!model.empty() && answer_body::names(error.message, model));
}

}  // namespace llmgw::proxy
