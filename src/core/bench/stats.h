#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bench/metrics.h"
#include "core/bench/plan.h"
#include "core/bench/runner.h"

namespace llmgw::bench {

struct Bound;

/// Requests of the measured part by how they ended.
struct Counts {
  std::int64_t attempted = 0;  ///< sent and ended: ok and failed
  std::int64_t ok = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;  ///< still in flight when the run ended
  std::int64_t dropped = 0;    ///< due while too many were in flight, never sent
  std::array<std::int64_t, failure_classes> by_class{};
  std::array<std::string, failure_classes> example;  ///< the first message of each class
};

/// Where token counts come from.
struct Tokens {
  std::int64_t output = 0;
  std::int64_t input = 0;
  std::int64_t from_usage = 0;   ///< successful requests whose count is the server's
  std::int64_t from_events = 0;  ///< those whose events were counted for want of it
  /// `usage`, `events`, `mixed`, or `none`.
  [[nodiscard]] std::string_view source() const;
};

/// A metric with one value for the whole run.
struct Scalar {
  std::string_view name;
  Unit unit = Unit::ratio;
  std::optional<double> value;
  std::optional<std::int64_t> hits;  ///< of a proportion: `value` is hits / of
  std::int64_t of = 0;
};

/// The figures of a run.
struct Stats {
  Counts counts;
  Tokens tokens;
  double window_s = 0;
  std::vector<Distribution> times;  ///< in the order of time_metrics()
  std::vector<Scalar> scalars;
  double mean_in_flight = 0;  ///< weighted by time
  std::int64_t most_in_flight = 0;
  std::int64_t stalls = 0;  ///< gaps over 100 ms and five times the median gap
  [[nodiscard]] const Distribution* time(std::string_view name) const;
  [[nodiscard]] const Scalar* scalar(std::string_view name) const;
};

/// The names of all scalars, with their units.
std::span<const Scalar> scalar_metrics();

/// Computes them. A request is good when it succeeded within every bound; without bounds nothing is called good.
Stats compute(const Recording& recording, const Load& load, std::span<const Bound> good);

}  // namespace llmgw::bench
