#pragma once

#include <cstddef>
#include <string>

/// UTF-8 by the byte for this folder's parser and writer.
namespace llmgw::json::utf8 {

/// U+FFFD, which stands for what cannot be decoded.
inline constexpr const char* replacement = "\xEF\xBF\xBD";

/// Length of the well-formed sequence at `at` (Unicode, table 3-7), 0 when it is ill-formed or cut off by
/// `end`.
inline std::size_t length(const char* at, const char* end) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto tail = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const auto left = static_cast<std::size_t>(end - at);
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  if (lead < 0xC2U) return 0;
  if (lead < 0xE0U) return left >= 2 && tail(1) ? 2 : 0;
  if (lead < 0xF0U) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    // No overlong forms, no surrogates.
    if ((lead == 0xE0U && byte(1) < 0xA0U) || (lead == 0xEDU && byte(1) >= 0xA0U)) return 0;
    return 3;
  }
  if (lead > 0xF4U || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if ((lead == 0xF0U && byte(1) < 0x90U) || (lead == 0xF4U && byte(1) >= 0x90U)) return 0;
  return 4;
}

/// True when the three bytes at `at` are a surrogate in generalised UTF-8 (ED A0..BF xx).
inline bool is_surrogate(const char* at, const char* end) {
  return end - at >= 3 && at[0] == '\xED' && (static_cast<unsigned char>(at[1]) & 0xE0U) == 0xA0U &&
         (static_cast<unsigned char>(at[2]) & 0xC0U) == 0x80U;
}

/// The code unit (D800..DFFF) of the surrogate at `at`.
inline unsigned surrogate(const char* at) {
  return 0xD000U | ((static_cast<unsigned>(at[1]) & 0x3FU) << 6U) | (static_cast<unsigned>(at[2]) & 0x3FU);
}

inline bool is_high(unsigned unit) { return (unit & 0xFC00U) == 0xD800U; }
inline bool is_low(unsigned unit) { return (unit & 0xFC00U) == 0xDC00U; }

/// The code point that a high and a low surrogate make together.
inline unsigned join(unsigned high, unsigned low) { return 0x10000U + ((high & 0x3FFU) << 10U) + (low & 0x3FFU); }

/// Appends a code point; surrogates come out in their three-byte generalised form.
inline void append(std::string& out, unsigned point) {
  const auto put = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80U) {
    put(point);
  } else if (point < 0x800U) {
    put(0xC0U | (point >> 6U));
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000U) {
    put(0xE0U | (point >> 12U));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | (point >> 18U));
    put(0x80U | ((point >> 12U) & 0x3FU));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

}  // namespace llmgw::json::utf8
