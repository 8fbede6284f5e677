#pragma once

#include <cstdint>
#include <optional>

#include "core/bench/metrics.h"

namespace llmgw::bench {

/// Bounds of a statistic, each one-sided.
struct Interval {
  double lower = 0;
  double upper = 0;
};

/// Percentile bootstrap of a quantile (or of the mean, for `q` nullopt) of a distribution whose values come in groups:
/// each round draws whole requests with replacement, since the gaps of one stream depend on each other. Nullopt for
/// fewer than ten requests.
std::optional<Interval> bootstrap(const Distribution& values, std::optional<double> q, double confidence,
                                  std::uint64_t seed);

/// Requests that contributed a value.
std::size_t owners_of(const Distribution& values);

}  // namespace llmgw::bench
