#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace llmgw::bench {

/// The quantile (0..1) of sorted values by linear interpolation between closest ranks: type 7 of Hyndman and Fan,
/// "Sample Quantiles in Statistical Packages" (1996), the default of R and numpy. Nullopt for no values.
std::optional<double> quantile(std::span<const double> sorted, double q);

/// One value that counts several times.
struct Weighted {
  double value = 0;
  double weight = 0;
};

/// The smallest value at which the summed weights reach `q` of the whole; values must be sorted.
std::optional<double> weighted_quantile(std::span<const Weighted> sorted, double q);

/// Ranks (0-based, in the sorted sample) of the one-sided confidence bounds of a quantile, from the binomial
/// distribution of the number of values below it; free of assumptions about the shape. Nullopt where the sample is too
/// small to have that bound.
struct RankBounds {
  std::optional<std::size_t> lower;
  std::optional<std::size_t> upper;
};
RankBounds rank_bounds(std::size_t n, double q, double confidence);

/// The smallest sample with an upper bound: 59 for p95 and 299 for p99 at 95 %.
std::size_t least_sample(double q, double confidence);

/// One-sided Clopper-Pearson bounds of a proportion of which `hits` in `n` were seen.
struct Bounds {
  double lower = 0;
  double upper = 1;
};
Bounds proportion_bounds(std::size_t hits, std::size_t n, double confidence);

}  // namespace llmgw::bench
