#pragma once

#include <string_view>

namespace llmgw::json {

/// True when the bytes can stand between the quotes of a JSON string as they are: UTF-8 without quotes, backslashes and
/// control characters.
bool is_plain_text(std::string_view bytes);

}  // namespace llmgw::json
