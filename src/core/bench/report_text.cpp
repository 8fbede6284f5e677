#include <fmt/format.h>

#include <array>

#include "core/bench/report.h"

namespace llmgw::bench {
namespace text_reporting {

constexpr double percent = 100;

std::string amount(std::optional<double> value, Unit unit) {
  if (!value) return "-";
  constexpr double hundred = 100;
  switch (unit) {
    case Unit::ms: return fmt::format("{:.{}f} ms", *value, *value < hundred ? 2 : 1);
    case Unit::ratio: return fmt::format("{:.2f} %", *value * percent);
    case Unit::requests_per_s: return fmt::format("{:.2f} req/s", *value);
    case Unit::tokens_per_s: return fmt::format("{:.1f} tok/s", *value);
    case Unit::values: return fmt::format("{:.0f}", *value);
  }
  return "-";
}

std::string load_line(const Report& report) {
  const auto& load = report.setup.load;
  if (load.kind == Load::Kind::closed) {
    return fmt::format("{} in flight (closed loop: a slow server is asked less often)", load.concurrency);
  }
  return fmt::format("{:g} req/s, evenly spaced (open loop), at most {} in flight", load.rate, load.max_inflight);
}

void head(std::string& out, const Report& report) {
  const auto& setup = report.setup;
  const auto& stats = report.stats;
  out += fmt::format("target   {}  {}  {}{}\n", setup.target, setup.model, setup.api,
                     setup.stream ? "" : "  not streamed");
  out += fmt::format("load     {}\n", load_line(report));
  out += fmt::format("window   {:.2f} s, {:.1f} in flight on average, {} at most\n", stats.window_s,
                     stats.mean_in_flight, stats.most_in_flight);
}

void counts(std::string& out, const Counts& counts) {
  out += fmt::format("requests {} ok, {} failed", counts.ok, counts.failed);
  if (counts.cancelled > 0) out += fmt::format(", {} unfinished", counts.cancelled);
  if (counts.dropped > 0) out += fmt::format(", {} dropped", counts.dropped);
  out += "\n";
  for (std::size_t row = 1; row < failure_classes; ++row) {
    const auto failure = static_cast<FailureClass>(row);
    if (failure == FailureClass::cancelled_at_end || counts.by_class[row] == 0) continue;
    out += fmt::format("  {:>6} {:<18} {}\n", counts.by_class[row], name_of(failure), counts.example[row]);
  }
}

void tokens(std::string& out, const Stats& stats) {
  const auto& tokens = stats.tokens;
  out += fmt::format("tokens   {} out, counted by {}", tokens.output, tokens.source());
  if (tokens.from_usage > 0) out += fmt::format("; {} in", tokens.input);
  out += "\n";
  for (const auto* name : {"req_s", "out_tok_s", "goodput", "good_fraction"}) {
    const auto* scalar = stats.scalar(name);
    if (scalar->value) out += fmt::format("  {:<14} {}\n", scalar->name, amount(scalar->value, scalar->unit));
  }
}

std::string cell(std::optional<double> value) {
  if (!value) return "-";
  constexpr double hundred = 100;
  return fmt::format("{:.{}f}", *value, *value < hundred ? 2 : 1);
}

void times(std::string& out, const Stats& stats) {
  if (stats.counts.ok == 0) return;
  out += fmt::format("\n{:<11}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}   ms\n", "", "n", "mean", "p50", "p95", "p99", "max");
  for (const auto& metric : time_metrics()) {
    const auto& values = *stats.time(metric.name);
    if (values.size() == 0) continue;
    out += fmt::format("{:<11}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}   {}\n", metric.name, values.size(),
                       cell(values.mean()), cell(values.at(0.5)), cell(values.at(0.95)), cell(values.at(0.99)),
                       cell(values.values().back()), metric.says);
  }
  if (stats.stalls > 0) {
    out += fmt::format("{} gaps were stalls: over 100 ms and five times the median\n", stats.stalls);
  }
}

std::string interval(const Judged& judged) {
  if (!judged.lower && !judged.upper) return {};
  return fmt::format(" [{} .. {}]", amount(judged.lower, judged.objective.unit),
                     amount(judged.upper, judged.objective.unit));
}

void objectives(std::string& out, const Report& report) {
  if (report.objectives.empty()) return;
  out += "\n";
  for (const auto& judged : report.objectives) {
    out += fmt::format("{:<13}{:<24} {}{}", name_of(judged.verdict), judged.objective.text,
                       amount(judged.value, judged.objective.unit), interval(judged));
    if (!judged.note.empty()) out += "  " + judged.note;
    if (judged.more_requests > 0) out += fmt::format("; needs about {} more requests", judged.more_requests);
    out += "\n";
  }
}

void self_check(std::string& out, const Report& report) {
  const auto& self = report.self;
  out += fmt::format(
      "\nself-check: sent late by {} ms (p50), {} ms (p99), {} ms (max); loop late by {} ms (p99); "
      "{:.0f} % of a core; user-space stamps\n",
      cell(self.send_lag_p50), cell(self.send_lag_p99), cell(self.send_lag_max), cell(self.loop_lag_p99),
      self.cpu_percent);
  if (!self.invalid.empty()) out += fmt::format("INVALID: {}\n", self.invalid);
  if (report.interrupted) out += "INTERRUPTED: these are the figures up to the signal\n";
}

}  // namespace text_reporting

std::string text_report(const Report& report) {
  std::string out;
  text_reporting::head(out, report);
  text_reporting::counts(out, report.stats.counts);
  text_reporting::tokens(out, report.stats);
  text_reporting::times(out, report.stats);
  text_reporting::objectives(out, report);
  text_reporting::self_check(out, report);
  return out;
}

}  // namespace llmgw::bench
