#pragma once

#include <optional>
#include <string>

#include "core/bench/plan.h"
#include "core/bench/runner.h"
#include "core/bench/stats.h"

namespace llmgw::bench {

/// What the generator found out about itself. All times are milliseconds.
struct SelfCheck {
  std::optional<double> send_lag_p50;  ///< planned start to real start
  std::optional<double> send_lag_p99;
  std::optional<double> send_lag_max;
  std::optional<double> loop_lag_p99;  ///< how late the event loop woke up: the uncertainty of every stamp
  double send_lag_limit = 0;           ///< above it at p99 the run is invalid
  double cpu_percent = 0;              ///< of one core, over the run
  std::string invalid;                 ///< why the figures mean nothing; empty: they stand
};

/// Looks at a finished run. An open loop is invalid when its p99 send lag is over 2 ms and over 5 % of the mean gap
/// between arrivals, or when it kept less than 98 % of its schedule.
SelfCheck check_self(const Recording& recording, const Load& load, const Stats& stats, double cpu_s);

}  // namespace llmgw::bench
