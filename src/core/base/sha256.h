#pragma once

#include <string>
#include <string_view>

namespace llmgw {

/// The SHA-256 digest as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace llmgw
