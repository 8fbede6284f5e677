#include "core/base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace llmgw {
namespace base64 {

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < url_alphabet.size(); ++i)
    values[static_cast<unsigned char>(url_alphabet[i])] = static_cast<std::int8_t>(i);
  values['+'] = 62;
  values['/'] = 63;
  return values;
}

constexpr auto values = make_values();

// Padding may be left out, but where it stands it fills the last group of four.
std::string_view without_padding(std::string_view text) {
  if (text.size() % 4 != 0) return text;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

int value_of(char c) { return values[static_cast<unsigned char>(c)]; }

}  // namespace base64

std::string base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += base64::url_alphabet[(bits >> static_cast<unsigned>(held - 6)) & 63U];
  }
  if (held > 0) out += base64::url_alphabet[(bits << static_cast<unsigned>(6 - held)) & 63U];
  return out;
}

std::optional<std::string> from_base64(std::string_view text, std::size_t limit) {
  text = base64::without_padding(text);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(std::min(limit, text.size() * 3 / 4));
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (out.size() >= limit) break;
    const int value = base64::value_of(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(held)) & 255U);
  }
  return out;
}

bool is_base64(std::string_view text) {
  text = base64::without_padding(text);
  return text.size() % 4 != 1 && std::ranges::all_of(text, [](char c) { return base64::value_of(c) >= 0; });
}

}  // namespace llmgw
