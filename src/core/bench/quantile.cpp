#include "core/bench/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace llmgw::bench {
namespace quantiles {

/// log of the probability of exactly k successes in n tries.
double log_binomial(std::size_t k, std::size_t n, double p) {
  const auto real_n = static_cast<double>(n);
  const auto real_k = static_cast<double>(k);
  const double ways = std::lgamma(real_n + 1) - std::lgamma(real_k + 1) - std::lgamma(real_n - real_k + 1);
  return ways + real_k * std::log(p) + (real_n - real_k) * std::log1p(-p);
}

/// Sums the probabilities of k and of what lies beyond it on the side away from the mode, until they vanish.
double tail(std::size_t k, std::size_t n, double p, bool upwards) {
  constexpr double negligible = 1e-17;
  const double odds = p / (1 - p);
  double term = std::exp(log_binomial(k, n, p));
  double sum = term;
  for (std::size_t i = k; upwards ? i < n : i > 0; upwards ? ++i : --i) {
    const auto here = static_cast<double>(i);
    const auto rest = static_cast<double>(n - i);
    term *= upwards ? rest / (here + 1) * odds : here / (rest + 1) / odds;
    sum += term;
    if (term < sum * negligible) break;
  }
  return std::min(sum, 1.0);
}

/// Probability of at most k successes in n tries.
double cumulative(std::size_t k, std::size_t n, double p) {
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  if (static_cast<double>(k) < static_cast<double>(n) * p) return tail(k, n, p, false);
  return 1 - tail(k + 1, n, p, true);
}

/// The p in 0..1 at which a falling function reaches zero.
template <class Falling>
double root_of(Falling falling) {
  constexpr int halvings = 60;  // beyond the precision of a double
  double low = 0;
  double high = 1;
  for (int i = 0; i < halvings; ++i) {
    const double middle = std::midpoint(low, high);
    (falling(middle) > 0 ? low : high) = middle;
  }
  return std::midpoint(low, high);
}

}  // namespace quantiles

std::optional<double> quantile(std::span<const double> sorted, double q) {
  if (sorted.empty()) return std::nullopt;
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], rank - std::floor(rank));
}

std::optional<double> weighted_quantile(std::span<const Weighted> sorted, double q) {
  double whole = 0;
  for (const auto& row : sorted) whole += row.weight;
  double sum = 0;
  for (const auto& row : sorted) {
    sum += row.weight;
    if (sum >= q * whole) return row.value;
  }
  return std::nullopt;
}

RankBounds rank_bounds(std::size_t n, double q, double confidence) {
  RankBounds bounds;
  double below = 0;  // probability of at most r values below the quantile
  for (std::size_t r = 0; r < n; ++r) {
    below += std::exp(quantiles::log_binomial(r, n, q));
    // The value of rank r lies below the quantile when more than r values do.
    if (1 - below >= confidence) bounds.lower = r;
    if (!bounds.upper && below >= confidence) bounds.upper = r;
  }
  return bounds;
}

std::size_t least_sample(double q, double confidence) {
  return static_cast<std::size_t>(std::ceil(std::log1p(-confidence) / std::log(q)));
}

Bounds proportion_bounds(std::size_t hits, std::size_t n, double confidence) {
  Bounds bounds;
  if (n == 0) return bounds;
  const double tail = 1 - confidence;
  if (hits < n) bounds.upper = quantiles::root_of([&](double p) { return quantiles::cumulative(hits, n, p) - tail; });
  if (hits > 0) {
    bounds.lower = quantiles::root_of([&](double p) { return quantiles::cumulative(hits - 1, n, p) - confidence; });
  }
  return bounds;
}

}  // namespace llmgw::bench
