#include "core/bench/bootstrap.h"

#include <algorithm>
#include <vector>

#include "core/base/ids.h"
#include "core/bench/quantile.h"

namespace llmgw::bench {
namespace bootstrapping {

constexpr std::size_t least_owners = 10;
constexpr std::size_t most_rounds = 1000;
constexpr std::size_t least_rounds = 200;
constexpr std::size_t most_work = 200'000'000;  // values visited; about a second

std::size_t owner_at(const Distribution& values, std::size_t i) {
  return values.owners().empty() ? i : values.owners()[i];
}

double weight_at(const Distribution& values, std::size_t i) {
  return values.weights().empty() ? 1 : values.weights()[i];
}

/// The statistic of the values when the request with number r counts `drawn[r]` times.
double statistic(const Distribution& values, const std::vector<double>& drawn, std::optional<double> q) {
  const auto sorted = values.values();
  double whole = 0;
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double weight = drawn[owner_at(values, i)] * weight_at(values, i);
    whole += weight;
    sum += weight * sorted[i];
  }
  if (!q) return whole > 0 ? sum / whole : 0;
  double reached = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    reached += drawn[owner_at(values, i)] * weight_at(values, i);
    if (reached >= *q * whole) return sorted[i];
  }
  return sorted.back();
}

}  // namespace bootstrapping

std::size_t owners_of(const Distribution& values) {
  if (values.owners().empty()) return values.size();
  std::vector<std::uint32_t> owners(values.owners().begin(), values.owners().end());
  std::ranges::sort(owners);
  return static_cast<std::size_t>(std::ranges::unique(owners).begin() - owners.begin());
}

std::optional<Interval> bootstrap(const Distribution& values, std::optional<double> q, double confidence,
                                  std::uint64_t seed) {
  if (owners_of(values) < bootstrapping::least_owners) return std::nullopt;
  const std::size_t last =
      values.owners().empty() ? values.size() - 1 : std::size_t{*std::ranges::max_element(values.owners())};
  // Requests without a value stand in the draw too, which changes nothing but the number drawn.
  std::vector<double> drawn(last + 1);
  const auto rounds =
      std::clamp(bootstrapping::most_work / values.size(), bootstrapping::least_rounds, bootstrapping::most_rounds);
  IdSource random(seed);
  std::vector<double> results;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::ranges::fill(drawn, 0);
    for (std::size_t i = 0; i < drawn.size(); ++i) drawn[random.next() % drawn.size()] += 1;
    results.push_back(bootstrapping::statistic(values, drawn, q));
  }
  std::ranges::sort(results);
  return Interval{*quantile(results, 1 - confidence), *quantile(results, confidence)};
}

}  // namespace llmgw::bench
