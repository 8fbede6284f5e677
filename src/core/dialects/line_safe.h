#pragma once

#include <string>
#include <string_view>

#include "core/sse/decoder.h"

namespace llmgw::dialect {

/// Appends bytes of an event stream or a JSON text with U+0085, U+2028 and U+2029 escaped as JSON does. Raw they are
/// legal inside a JSON string, but clients that split lines by Unicode rules (Python's `str.splitlines`) break an
/// event at them. In a valid stream they stand nowhere but in strings and comments.
void append_line_safe(std::string& out, std::string_view text);

/// Appends a JSON value on one line: without white space between tokens, and line-safe.
void append_one_line(std::string& out, std::string_view json);

/// Appends an event as it was received. A last one that came without its blank line gets one: it would not count for
/// the client otherwise.
void append_frame(std::string& out, const sse::Frame& frame);

}  // namespace llmgw::dialect
