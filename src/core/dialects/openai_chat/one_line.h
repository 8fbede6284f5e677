#pragma once

#include <string>
#include <string_view>

namespace llmgw::dialect::chat {

/// Appends bytes with U+0085, U+2028 and U+2029 escaped as JSON does: they may stand raw in JSON, but clients that
/// split lines by Unicode rules (Python's str.splitlines) break an event there.
void append_escaped(std::string& out, std::string_view bytes);

/// A JSON text as one line of an event stream: line ends between its tokens become spaces, and see `append_escaped`.
std::string one_line(std::string_view json);

}  // namespace llmgw::dialect::chat
