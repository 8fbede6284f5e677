#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/bench/sample.h"

namespace llmgw::bench {

/// What a metric is measured in. Limits and values are kept in these units everywhere.
enum class Unit { ms, ratio, requests_per_s, tokens_per_s, values };

/// A metric with one value for each request (or for each gap between two tokens).
struct TimeMetric {
  std::string_view name;  ///< `ttft`, `itl.mean`
  std::string_view says;  ///< its definition
};

/// Every time metric, in the order of reports. All are milliseconds.
std::span<const TimeMetric> time_metrics();

/// The values of one time metric over the successful requests of a run.
class Distribution {
 public:
  /// `owners` names the request of each value where requests have several; `weights` where values count unequally.
  Distribution(std::string_view name, std::vector<double> values, std::vector<std::uint32_t> owners,
               std::vector<double> weights);
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// Sorted.
  [[nodiscard]] std::span<const double> values() const { return values_; }
  /// Parallel to `values`; empty when every request has one value.
  [[nodiscard]] std::span<const std::uint32_t> owners() const { return owners_; }
  /// Parallel to `values`; empty when all count the same.
  [[nodiscard]] std::span<const double> weights() const { return weights_; }
  [[nodiscard]] std::optional<double> at(double q) const;
  [[nodiscard]] std::optional<double> mean() const;
  /// The sample's standard deviation (n - 1).
  [[nodiscard]] std::optional<double> deviation() const;

 private:
  std::string_view name_;
  std::vector<double> values_;
  std::vector<std::uint32_t> owners_;
  std::vector<double> weights_;
};

/// The value of a time metric that has one per request; nullopt when the sample has none. `itl` has no such value.
std::optional<double> value_of(const Sample& sample, std::string_view metric);

/// Collects one time metric over the successful samples.
Distribution collect(std::span<const Sample* const> successes, std::string_view metric);

/// Output tokens of a request: the server's count, else the token-bearing events.
std::int64_t output_tokens(const Sample& sample);

}  // namespace llmgw::bench
