#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"

namespace llmgw::http {

/// How the body of a message is delimited.
enum class Framing { none, content_length, chunked, until_close };

/// Appends a request head. `content-length` is written from `body_size` when there is a body or the method wants one;
/// `host` is written first. Header values with CR, LF or NUL are dropped rather than written.
void append_request_head(std::string& out, const Request& request, std::string_view host, std::size_t body_size);
/// Appends a response head with the framing's header line and `connection: close` where the connection ends.
void append_response_head(std::string& out, const ResponseHead& head, Framing framing, std::size_t body_size);
/// Appends one chunk of a chunked body; nothing for an empty one.
void append_chunk(std::string& out, std::string_view data);
/// Appends the last chunk.
void append_last_chunk(std::string& out);

}  // namespace llmgw::http
