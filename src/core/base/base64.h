#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmgw {

/// Base64 with the URL-safe alphabet and no padding (RFC 4648 section 5).
std::string base64url(std::string_view bytes);

/// Decodes both alphabets, with or without padding; nullopt when the text is no base64. Stops after `limit` bytes of
/// output, so that the head of a large file can be looked at cheaply.
std::optional<std::string> from_base64(std::string_view text, std::size_t limit = std::string_view::npos);

/// True when the whole text is base64 (either alphabet, padding optional), without decoding it.
bool is_base64(std::string_view text);

}  // namespace llmgw
