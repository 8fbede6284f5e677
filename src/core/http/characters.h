#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

inline constexpr std::array<bool, 256> authority_table = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("-._~!$&'()*+,;=:%[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// Part of a host with its port (RFC 3986 section 3.2).
inline bool is_authority(char c) { return authority_table[static_cast<unsigned char>(c)]; }

/// ASCII letters in lower case, everything else as it is.
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Part of a method or of a header's name.
inline bool is_token(char c) { return token_table[static_cast<unsigned char>(c)]; }

/// Control bytes, NUL, CR and LF among them; a tab is none here, as header values may hold it.
inline bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

/// The first control byte at or after `from`, or the size of `text`.
inline std::size_t find_control(std::string_view text, std::size_t from) {
  const char* at = text.data() + from;
  const char* const end = text.data() + text.size();
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Unsigned: bytes up to 0x1F stay when the smaller of the two is taken.
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    const __m128i odd = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), low),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(odd));
    if (hits != 0) return static_cast<std::size_t>(at - text.data()) + static_cast<std::size_t>(std::countr_zero(hits));
  }
#endif
  while (at != end && !is_control(*at)) ++at;
  return static_cast<std::size_t>(at - text.data());
}

/// A name that can stand in a header line.
inline bool is_name(std::string_view name) {
  for (const char c : name) {
    if (!is_token(c)) return false;
  }
  return !name.empty();
}

}  // namespace llmgw::http::characters
