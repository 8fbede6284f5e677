#include "proxy/pipeline/answer_body.h"

#include <fmt/format.h>

namespace llmgw::proxy {
BodyKind body_kind(const http::ResponseHead& head, std::string_view first_bytes) {
  const auto type = head.headers.get("content-type").value_or("");
  if (type.find("text/event-stream") != std::string_view::npos) return BodyKind::events;
  if (type.find("json") != std::string_view::npos) return BodyKind::json;
  const auto first = first_bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return BodyKind::events;
  return first_bytes[first] == '{' || first_bytes[first] == '[' ? BodyKind::json : BodyKind::events;
}

net::Task<Result<>> read_rest(net::HttpStream& stream, std::string& body, std::size_t limit, bool truncate) {
  for (;;) {
    CO_TRY(const auto chunk, co_await stream.next(net::milliseconds(0)));
    if (chunk.kind == net::Chunk::Kind::end) co_return Result<>{};
    body += chunk.bytes;
    if (body.size() <= limit) continue;
    if (!truncate) {
      co_return fail(Errc::upstream_protocol, fmt::format("the upstream's answer is over {} bytes", limit));
    }
    body.resize(limit);
    co_return Result<>{};
  }
}

net::Task<Result<>> read_refusal(net::HttpStream& stream, std::string& body) {
  auto rest = co_await read_rest(stream, body, max_error_bytes, true);
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

}  // namespace llmgw::proxy
