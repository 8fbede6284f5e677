#pragma once

#include <cstdint>
#include <string>

namespace llmgw::ir {

/// No answer has more tokens. A larger number of an upstream's is read as this one, so that sums never overflow.
inline constexpr std::int64_t most_tokens = 1'000'000'000'000;

/// Tokens of one answer. Totals hold their parts: input_total includes cached and cache-write tokens, output_total
/// includes reasoning.
struct Usage {
  std::int64_t input_total = 0;
  std::int64_t input_cached = 0;          ///< read from a prompt cache
  std::int64_t input_cache_write = 0;     ///< written to a prompt cache, all lifetimes
  std::int64_t input_cache_write_1h = 0;  ///< of these, with the one-hour lifetime
  std::int64_t output_total = 0;
  std::int64_t output_reasoning = 0;
  bool estimated = false;  ///< llmgw's estimate, because the upstream sent none

  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace llmgw::ir
