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

/// A whole answer may be this large (images come as base64 text).
inline constexpr std::size_t max_answer_bytes = std::size_t{64} << 20U;
/// Of an error body no more than this is read.
inline constexpr std::size_t max_error_bytes = std::size_t{64} << 10U;

/// What the body of a 2xx answer is.
enum class BodyKind { events, json };

/// By content type; where that is missing or says neither, by the first byte that is no white space: some servers
/// answer a streaming request with plain JSON, some send events as text/plain.
BodyKind body_kind(const http::ResponseHead& head, std::string_view first_bytes);

/// Appends the rest of the body to `body`; an `upstream_protocol` error when it is over `limit`, unless `truncate`.
net::Task<Result<>> read_rest(net::HttpStream& stream, std::string& body, std::size_t limit, bool truncate);

/// Appends the body of a refusal to `body`, as far as it comes and up to `max_error_bytes`: the status has said what
/// matters, and a body that is cut must not take its place. The only error is `cancelled`.
net::Task<Result<>> read_refusal(net::HttpStream& stream, std::string& body);

/// The error that an upstream's non-2xx answer means to the client: its class, its text without credentials, and 502
/// in place of 401 and 403 where they concern llmgw's own credential.
Error upstream_failure(const Attempt& attempt, const http::ResponseHead& head, std::string_view body);

}  // namespace llmgw::proxy
