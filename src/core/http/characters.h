#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// The character classes of RFC 9110 section 5.6 that this folder checks.
namespace llmgw::http::characters {

inline constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// Part of a method or of a header's name.
inline bool is_token(char c) { return token_table[static_cast<unsigned char>(c)]; }

/// Control bytes, NUL, CR and LF among them; a tab is none here, as header values may hold it.
inline bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

/// The first control byte at or after `from`, or the size of `text`.
inline std::size_t find_control(std::string_view text, std::size_t from) {
  while (from < text.size() && !is_control(text[from])) ++from;
  return from;
}

/// A name that can stand in a header line.
inline bool is_name(std::string_view name) {
  for (const char c : name) {
    if (!is_token(c)) return false;
  }
  return !name.empty();
}

}  // namespace llmgw::http::characters
