#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/bench/metrics.h"

namespace llmgw::bench {

/// How a value is compared with a limit.
enum class Comparison { less, less_equal, greater, greater_equal };

bool holds(double value, Comparison comparison, double limit);

/// What is taken of a distribution.
struct Statistic {
  enum class Kind { quantile, mean, min, max, deviation, count };
  Kind kind = Kind::quantile;
  double q = 0;  ///< of a quantile, 0..1
};

/// `ttft_p95<250ms`: a metric, what is taken of it, and its limit in the metric's unit.
struct Expression {
  std::string text;                    ///< as written
  std::string_view metric;             ///< a name of time_metrics() or scalar_metrics()
  std::optional<Statistic> statistic;  ///< of time metrics
  Comparison comparison = Comparison::less;
  double limit = 0;
  Unit unit = Unit::ms;
};

/// Reads `METRIC[_STAT] OP VALUE[UNIT]`; `usage` errors say what is wrong and name the nearest metric.
Result<Expression> parse_expression(std::string_view text);

/// One bound on each request: `ttft<250ms`.
struct Bound {
  std::string_view metric;
  Comparison comparison = Comparison::less;
  double limit = 0;
};

/// Reads `ttft<250ms & tpot<20ms & e2e<1.5s`.
Result<std::vector<Bound>> parse_bounds(std::string_view text);

}  // namespace llmgw::bench
