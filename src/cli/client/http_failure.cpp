#include "cli/client/http_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/term/visible_text.h"
#include "core/dialects/error_body.h"
#include "core/dialects/retry_hint.h"

namespace llmgw::cli {
namespace http_failure_text {

constexpr int unauthorized = 401;
constexpr int payment_required = 402;
constexpr int forbidden = 403;
constexpr int not_found = 404;

std::string hint_of(const Target& target, int status) {
  if (status == unauthorized || status == forbidden) {
    return target.key.empty() ? "set LLMGW_API_KEY, or give --api-key-file FILE"
                              : "check the key for " + target.name + " (LLMGW_API_KEY, --api-key-file, the profile)";
  }
  if (status == not_found) return "llmgw models";
  return {};
}

/// Where a redirect points.
std::optional<std::string> redirect_of(const http::ResponseHead& head) {
  constexpr int first = 300;
  constexpr int last = 399;
  if (head.status < first || head.status > last) return std::nullopt;
  const auto location = head.headers.get("location");
  return location ? std::optional(std::string(*location)) : std::nullopt;
}

bool may_be_mended(const Failure& failure) {
  // Statuses after which OpenAI's and Anthropic's own SDKs try again, and 425 (RFC 8470: try again later).
  constexpr std::array mendable{408, 425, 429, 500, 502, 503, 504, 529};
  if (failure.http_status != 0) return std::ranges::find(mendable, failure.http_status) != mendable.end();
  return failure.error.code == Errc::network;
}

}  // namespace http_failure_text

std::string request_id_of(const http::ResponseHead& head) {
  for (const std::string_view name : {"x-request-id", "request-id"}) {
    if (const auto id = head.headers.get(name)) return std::string(*id);
  }
  return {};
}

Failure http_failure(const Target& target, const http::ResponseHead& head, std::string_view body) {
  using namespace http_failure_text;
  Failure failure(target.dialect->decode_error(head.status, head.headers, body));
  hide_credentials(target, failure.error);
  failure.http_status = head.status;
  failure.request_id = request_id_of(head);
  if (head.status == payment_required) failure.error.code = Errc::quota;
  const auto& code = failure.error.wire_code.empty() ? failure.error.wire_type : failure.error.wire_code;
  failure.cause = "HTTP " + std::to_string(head.status) + (code.empty() ? "" : " " + code) + " from " + target.url;
  if (!failure.request_id.empty()) failure.cause += ", request " + failure.request_id;
  if (const auto elsewhere = http_failure_text::redirect_of(head)) {
    // A key must not follow a redirect to another server, so none is followed.
    failure.error.message = "the server redirects to " + *elsewhere;
  }
  if (failure.error.message.empty()) failure.error.message = "the server refused the request";
  hide_credentials(target, failure.error);
  failure.hint = hint_of(target, head.status);
  return failure;
}

void hide_credentials(const Target& target, Error& error) {
  constexpr std::size_t shortest_key = 4;
  for (auto* text : {&error.message, &error.param, &error.wire_code, &error.wire_type}) {
    dialect::hide_credential(*text, target.key.reveal(), shortest_key);
    for (const auto& header : target.headers) dialect::hide_header_credential(*text, header.value.reveal());
  }
}

Failure transport_failure(const Target& target, Error error) {
  Failure failure(std::move(error));
  failure.cause = "talking to " + target.url;
  if (failure.error.code == Errc::network && target.name == "the local proxy") {
    failure.hint = "llmgw serve --upstream URL, or name a server with --base-url or --profile";
  }
  return failure;
}

std::optional<net::milliseconds> retry_pause(const Failure& failure, std::int64_t tries, double jitter,
                                             std::int64_t unix_s) {
  constexpr double longest_s = 60;
  constexpr double ms_per_s = 1e3;
  constexpr double first_ms = 500;
  constexpr std::int64_t most_doublings = 6;
  if (!http_failure_text::may_be_mended(failure)) return std::nullopt;
  if (failure.error.retryable == false) return std::nullopt;
  if (const auto seconds = dialect::retry_after_wait(failure.error.retry_after, unix_s)) {
    if (*seconds > longest_s) return std::nullopt;
    return net::milliseconds(static_cast<std::int64_t>(*seconds * ms_per_s));
  }
  const double most = first_ms * std::exp2(static_cast<double>(std::min(tries, most_doublings)));
  return net::milliseconds(static_cast<std::int64_t>(most * jitter));
}

std::string retry_notice(const Failure& failure, net::milliseconds pause) {
  constexpr double ms_per_s = 1e3;
  return fmt::format("llmgw: {}; trying again in {:.1f} s\n", on_one_line(failure.error.message),
                     static_cast<double>(pause.count()) / ms_per_s);
}

}  // namespace llmgw::cli
