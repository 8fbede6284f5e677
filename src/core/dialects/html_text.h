#pragma once

#include <string>
#include <string_view>

namespace llmgw::dialect {

/// True for a text that begins as an HTML page does.
bool looks_like_html(std::string_view text);

/// What an HTML page says, on one line: its title, where that has words and not a number alone (proxies write
/// "502 Bad Gateway" there), else all its text but for scripts, styles and comments.
std::string html_text(std::string_view page);

}  // namespace llmgw::dialect
