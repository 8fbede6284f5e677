#pragma once

#include <string>
#include <string_view>

namespace llmgw::json {

/// Appends the text that the inside of a valid JSON string stands for. A pair of surrogate escapes becomes
/// one character, a lone one its three-byte generalised UTF-8 form.
void unescape(std::string& out, std::string_view inside);

}  // namespace llmgw::json
