#pragma once

#include <string>
#include <string_view>

namespace llmgw::sse {

/// Appends `data: JSON` and the blank line. `json` must be on one line.
void append_data(std::string& out, std::string_view json);
/// Appends `event: NAME`, `data: JSON` and the blank line.
void append_event(std::string& out, std::string_view name, std::string_view json);
/// Appends a comment event (`: text` and a blank line): a keep-alive that clients must ignore.
void append_comment(std::string& out, std::string_view text);

}  // namespace llmgw::sse
