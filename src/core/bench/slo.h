#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/bench/expression.h"
#include "core/bench/stats.h"

namespace llmgw::bench {

enum class Verdict { pass, fail, inconclusive };

/// `pass`, `fail`, `inconclusive`.
std::string_view name_of(Verdict verdict);

/// How objectives are judged.
struct Judging {
  bool point = false;        ///< compare the measured value alone, without confidence bounds
  double confidence = 0.95;  ///< of each one-sided bound
  std::uint64_t seed = 1;    ///< of the bootstrap
};

/// An objective, judged. An upper limit passes when the upper confidence bound keeps it, and fails when the lower bound
/// breaks it; between the two the sample cannot tell.
struct Judged {
  Expression objective;
  Verdict verdict = Verdict::inconclusive;
  std::optional<double> value;
  std::optional<double> lower;
  std::optional<double> upper;
  std::int64_t samples = 0;
  std::int64_t more_requests = 0;  ///< about so many more requests would decide it; 0 when it is decided or unknown
  std::string note;                ///< why it is inconclusive, or how it was judged
};

/// Judges one objective. Bounds: order statistics for quantiles of requests, a bootstrap that draws whole requests for
/// pooled gaps and weighted means, Clopper-Pearson for proportions, the normal distribution for means of at least 30
/// values. Rates, minima, maxima, deviations and counts are compared as they are.
Judged judge(const Stats& stats, const Expression& objective, const Judging& judging);

}  // namespace llmgw::bench
