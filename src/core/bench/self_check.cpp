#include "core/bench/self_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/bench/quantile.h"

namespace llmgw::bench {
namespace self_checking {

constexpr double ns_per_ms = 1e6;
constexpr double ms_per_s = 1e3;
constexpr double percent = 100;

std::vector<double> send_lags(const Recording& recording) {
  std::vector<double> lags;
  for (const auto& sample : recording.samples) {
    lags.push_back(static_cast<double>(sample.started - sample.sched) / ns_per_ms);
  }
  std::ranges::sort(lags);
  return lags;
}

std::vector<double> loop_lags(const Recording& recording) {
  std::vector<double> lags;
  for (const auto lag : recording.loop_lag) lags.push_back(static_cast<double>(lag) / ns_per_ms);
  std::ranges::sort(lags);
  return lags;
}

std::string verdict(const SelfCheck& check, const Load& load, const Stats& stats) {
  constexpr double least_achieved = 0.98;
  if (load.kind != Load::Kind::constant) return {};
  if (check.send_lag_p99 && *check.send_lag_p99 > check.send_lag_limit) {
    return fmt::format(
        "requests were sent up to {:.1f} ms late (p99), more than {:.1f} ms: this machine could not keep "
        "the schedule",
        *check.send_lag_p99, check.send_lag_limit);
  }
  const auto achieved = stats.scalar("achieved_rate")->value;
  if (achieved && *achieved < least_achieved) {
    return fmt::format("only {:.1f} % of the planned requests were sent ({} dropped at --max-inflight {})",
                       *achieved * percent, stats.counts.dropped, load.max_inflight);
  }
  return {};
}

}  // namespace self_checking

SelfCheck check_self(const Recording& recording, const Load& load, const Stats& stats, double cpu_s) {
  constexpr double least_limit_ms = 2;
  constexpr double share_of_gap = 0.05;
  const auto sends = self_checking::send_lags(recording);
  const auto loops = self_checking::loop_lags(recording);
  SelfCheck check;
  check.send_lag_p50 = quantile(sends, 0.5);
  check.send_lag_p99 = quantile(sends, 0.99);
  if (!sends.empty()) check.send_lag_max = sends.back();
  check.loop_lag_p99 = quantile(loops, 0.99);
  check.send_lag_limit = least_limit_ms;
  if (load.kind == Load::Kind::constant) {
    check.send_lag_limit = std::max(least_limit_ms, share_of_gap * self_checking::ms_per_s / load.rate);
  }
  if (stats.window_s > 0) check.cpu_percent = cpu_s / stats.window_s * self_checking::percent;
  check.invalid = self_checking::verdict(check, load, stats);
  return check;
}

}  // namespace llmgw::bench
