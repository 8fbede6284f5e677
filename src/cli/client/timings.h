#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/ir/event.h"
#include "core/ir/usage.h"

namespace llmgw::cli {

/// Times of one streamed exchange, all in nanoseconds of the monotonic clock. Marks are taken when bytes arrive.
/// Only events that carry something of the answer count: text, reasoning, refusals, tool names and arguments.
class Timings {
 public:
  /// The request has been written.
  void sent(std::int64_t now);
  /// A batch of events has arrived.
  void arrived(const ir::Event& event, std::int64_t now);
  /// The answer is complete.
  void done(std::int64_t now) { done_ = now; }

  /// Time to first token: from `sent` to the first content or reasoning. Nullopt when none came.
  [[nodiscard]] std::optional<double> ttft_ms() const;
  /// The same to the first content that is no reasoning.
  [[nodiscard]] std::optional<double> ttft_content_ms() const;
  /// Inter-token latency: a quantile (0..1) of the gaps between events that carry tokens.
  [[nodiscard]] std::optional<double> itl_ms(double quantile) const;
  /// Tokens per second while the answer came: (n - 1) tokens over the time from the first to the last.
  [[nodiscard]] std::optional<double> tokens_per_second(std::int64_t output_tokens) const;
  /// From `sent` to the end.
  [[nodiscard]] double total_ms() const;
  /// Events that carried tokens.
  [[nodiscard]] std::size_t token_events() const { return marks_.size(); }

 private:
  std::int64_t sent_ = 0;
  std::int64_t done_ = 0;
  std::optional<std::int64_t> first_content_;
  std::vector<std::int64_t> marks_;
};

/// The quantile of values by linear interpolation between closest ranks (Hyndman and Fan's type 7); nullopt for none.
std::optional<double> quantile_of(std::vector<double> values, double quantile);

}  // namespace llmgw::cli
