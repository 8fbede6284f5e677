#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Byte-level scanning shared by the parser, the views and the writer of this folder; not for other folders.
namespace llmgw::json::scan {

/// White space of RFC 8259 section 2.
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The first byte that is no white space, or `end`.
inline const char* space(const char* at, const char* end) {
  while (at != end && is_space(*at)) ++at;
  return at;
}

#if defined(__SSE2__)
inline constexpr std::ptrdiff_t block = 16;

inline __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

inline unsigned mask(__m128i hits) { return static_cast<unsigned>(_mm_movemask_epi8(hits)); }
#endif

/// The first byte of a string's inside that ends a run of plain ASCII: quote, backslash, control or non-ASCII
/// byte.
inline const char* plain_run(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= block) {
    const __m128i bytes = load(at);
    // A signed comparison finds control bytes and bytes from 0x80 (negative) at once.
    const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const unsigned hits = mask(_mm_or_si128(odd, _mm_or_si128(quote, backslash)));
    if (hits != 0) return at + std::countr_zero(hits);
    at += block;
  }
#endif
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at - 0x20) < 0x60) ++at;
  return at;
}

/// The first quote or backslash, or `end`.
inline const char* quote_or_backslash(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= block) {
    const __m128i bytes = load(at);
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const unsigned hits = mask(_mm_or_si128(quote, backslash));
    if (hits != 0) return at + std::countr_zero(hits);
    at += block;
  }
#endif
  while (at != end && *at != '"' && *at != '\\') ++at;
  return at;
}

/// The first quote or bracket of either kind, or `end`.
inline const char* quote_or_bracket(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= block) {
    const __m128i bytes = load(at);
    // '[' and '{', and ']' and '}', differ in bit 5 alone.
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i open = _mm_cmpeq_epi8(folded, _mm_set1_epi8('{'));
    const __m128i close = _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'));
    const unsigned hits = mask(_mm_or_si128(quote, _mm_or_si128(open, close)));
    if (hits != 0) return at + std::countr_zero(hits);
    at += block;
  }
#endif
  for (; at != end; ++at) {
    const char folded = static_cast<char>(*at | 0x20);
    if (*at == '"' || folded == '{' || folded == '}') return at;
  }
  return end;
}

/// Where a valid string ends, and whether it holds an escape.
struct StringEnd {
  const char* at;  ///< past the closing quote
  bool escaped;
};

/// Skips a valid string whose opening quote is at `at`.
inline StringEnd string_end(const char* at, const char* end) {
  bool escaped = false;
  at = quote_or_backslash(at + 1, end);
  while (end - at >= 2 && *at == '\\') {
    escaped = true;
    at = quote_or_backslash(at + 2, end);
  }
  return {at == end ? end : at + 1, escaped};
}

/// Skips a valid object or array whose opening bracket is at `at`.
inline const char* container_end(const char* at, const char* end) {
  std::size_t depth = 0;
  for (at = quote_or_bracket(at, end); at != end; at = quote_or_bracket(at, end)) {
    if (*at == '"') {
      at = string_end(at, end).at;
      continue;
    }
    const bool opens = (*at | 0x20) == '{';
    ++at;
    if (opens) {
      ++depth;
    } else if (--depth == 0) {
      return at;
    }
  }
  return end;
}

/// Skips a valid value that starts at `at`.
inline const char* value_end(const char* at, const char* end) {
  if (at == end) return end;
  if (*at == '"') return string_end(at, end).at;
  if (*at == '{' || *at == '[') return container_end(at, end);
  while (at != end && *at != ',' && *at != ']' && *at != '}' && !is_space(*at)) ++at;
  return at;
}

}  // namespace llmgw::json::scan
