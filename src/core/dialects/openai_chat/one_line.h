#pragma once

#include <string>
#include <string_view>

namespace llmgw::dialect::chat {

/// A JSON text as one line of an event stream: line ends between its tokens become spaces; see
/// `append_line_safe` for the rest.
std::string one_line(std::string_view json);

}  // namespace llmgw::dialect::chat
