#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/http/message.h"
#include "core/net/http_client.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/exchange.h"

namespace llmgw::proxy {

/// How much of a body is read, and whether more than that is an error or left alone.
struct BodyLimit {
  std::size_t bytes = 0;
  bool truncates = false;
};
/// Of a whole answer (images come as base64 text).
inline constexpr BodyLimit answer_limit{std::size_t{64} << 20U, false};
/// Of an error's body.
inline constexpr BodyLimit error_limit{std::size_t{64} << 10U, true};

/// What the body of a 2xx answer is.
enum class BodyKind { events, json };

/// By content type; where that is missing or says neither, by the first byte that is no white space: some servers
/// answer a streaming request with plain JSON, some send events as text/plain.
BodyKind body_kind(const http::ResponseHead& head, std::string_view first_bytes);

/// True when the head alone tells `body_kind`.
bool says_body_kind(const http::ResponseHead& head);

/// Appends a piece of the body; true when the body is over, or as much of it is there as is wanted. An
/// `upstream_protocol` error when it is over a limit that does not truncate.
Result<bool> take_piece(const net::Chunk& piece, std::string& body, BodyLimit limit);
/// Appends what has come of the body; true when that was all of it, under the same rules. Small answers come with their
/// head, and then nothing has to wait.
Result<bool> read_ready(net::HttpStream& stream, std::string& body, BodyLimit limit);
/// Appends the rest of the body, under the same rules.
net::Task<Result<>> read_rest(net::HttpStream& stream, std::string& body, BodyLimit limit);

/// Appends the body of a refusal to `body`, as far as it comes and up to `error_limit`: the status has said what
/// matters, and a body that is cut must not take its place. The only error is `cancelled`.
net::Task<Result<>> read_refusal(net::HttpStream& stream, std::string& body);

/// The error that an upstream's non-2xx answer means to the client: its class, its text without credentials, and 502
/// in place of 401 and 403 where they concern llmgw's own credential.
Error upstream_failure(const Attempt& attempt, const http::ResponseHead& head, std::string_view body);

/// True for a refusal that concerns the model it names, not the endpoint that was asked.
bool is_about_model(const Error& error, std::string_view model);

}  // namespace llmgw::proxy
