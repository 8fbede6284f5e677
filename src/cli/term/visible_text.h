#pragma once

#include <string>
#include <string_view>

namespace llmgw::cli {

/// The text without what may steer a terminal: control characters (line feeds and tabs stay) and the marks that turn
/// the direction of writing, which can make a line read as something else (CVE-2021-42574). Texts of a server go
/// through this before a person sees them; a pipe gets them as they are.
std::string for_terminal(std::string_view text);

/// The text on one line: all of that, line feeds and tabs become blanks.
std::string on_one_line(std::string_view text);

}  // namespace llmgw::cli
