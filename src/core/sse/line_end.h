#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace llmgw::sse {

/// Where the first CR or LF at or after `from` stands, or the size of `text`.
inline std::size_t find_line_end(std::string_view text, std::size_t from) {
#if defined(__SSE2__)
  for (; text.size() - from >= 16; from += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    const __m128i lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
    const __m128i cr = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(lf, cr)));
    if (hits != 0) return from + static_cast<std::size_t>(std::countr_zero(hits));
  }
#endif
  while (from != text.size() && text[from] != '\n' && text[from] != '\r') ++from;
  return from;
}

}  // namespace llmgw::sse
