#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"

namespace llmgw::http {

/// How the body of a message is delimited.
enum class Framing { none, content_length, chunked, until_close };

/// Appends a request head. `content-length` is written from `body_size` when there is a body or the method wants one;
/// `host` is written first.
void append_request_head(std::string& out, const Request& request, std::string_view host, std::size_t body_size);
/// Appends a response head with the framing's header line and `connection: close` where the connection ends.
void append_response_head(std::string& out, const ResponseHead& head, Framing framing, std::size_t body_size);
/// Appends the line that begins a chunk of that many bytes, which must not be none: that would end the body.
void append_chunk_size(std::string& out, std::size_t size);
/// Stands behind the data of a chunk.
inline constexpr std::string_view chunk_end = "\r\n";
/// Ends a chunked body.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
/// Both, where the last data and the end leave together.
inline constexpr std::string_view chunk_and_body_end = "\r\n0\r\n\r\n";

}  // namespace llmgw::http
