// Formats that monitoring systems read.
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "core/health/report.h"
#include "core/metrics/exposition_line.h"

namespace llmgw::health::rendering {
namespace render_monitoring {

/// `|` begins the performance data.
std::string plugin_text(std::string_view text) {
  auto line = one_line(text);
  for (auto& c : line) {
    if (c == '|') c = '/';
  }
  return line;
}

/// Without scientific notation, which parsers of performance data do not take.
std::string plain_number(double value) {
  auto text = fmt::format("{:.6f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

struct PluginUnit {
  std::string_view suffix;
  double factor;
};
PluginUnit plugin_unit(Unit unit) {
  constexpr double percent = 100;
  if (unit == Unit::seconds) return {"s", 1};
  if (unit == Unit::ratio) return {"%", percent};
  return {"", 1};
}

// 'label'=value[UOM];warn;crit;min;max (monitoring-plugins.org, "Development Guidelines", performance data).
void append_performance(std::string& out, const TargetReport& target) {
  const auto write = std::back_inserter(out);
  for (const auto& outcome : target.outcomes) {
    for (const auto& figure : outcome.finding.figures) {
      if (!std::isfinite(figure.value)) continue;
      auto label = one_line(target.name) + "_" + std::string(outcome.check->id);
      if (!figure.field.empty()) label += "_" + std::string(figure.field);
      for (auto& c : label) {
        if (c == '=' || c == '\'' || c == '|') c = '_';
      }
      const auto unit = plugin_unit(figure.unit);
      const auto limit = [&](const std::optional<double>& value) {
        return figure.field.empty() && value && std::isfinite(*value) ? plain_number(*value * unit.factor)
                                                                      : std::string();
      };
      fmt::format_to(write, " '{}'={}{};{};{};0", label, plain_number(figure.value * unit.factor), unit.suffix,
                     limit(outcome.finding.warn), limit(outcome.finding.crit));
    }
  }
}

}  // namespace render_monitoring

std::string nagios(const Report& report) {
  constexpr std::string_view words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  const auto word = words[plugin_code(report.state(), report.rules)];
  const TargetReport* worst = nullptr;
  for (const auto& target : report.targets) {
    if (target.state() == report.state() && target.state() != State::ok) {
      worst = &target;
      break;
    }
  }
  std::string out = fmt::format("LLMGW {} - ", word);
  if (worst != nullptr) {
    const auto* outcome = worst->worst_outcome();
    out += render_monitoring::plugin_text(
        outcome != nullptr ? fmt::format("{} {}: {}", worst->name, outcome->check->id, outcome->finding.message)
                           : fmt::format("{}: no change", worst->name));
  } else {
    out += fmt::format("{} target{} checked", report.targets.size(), report.targets.size() == 1 ? "" : "s");
  }
  std::string performance;
  for (const auto& target : report.targets) render_monitoring::append_performance(performance, target);
  if (!performance.empty()) out += " |" + performance;
  out += "\n";
  for (const auto& target : report.targets) {
    for (const auto& outcome : target.outcomes) {
      if (outcome.finding.state < State::unknown) continue;
      out += render_monitoring::plugin_text(fmt::format("{} {} {}: {}", target.name, outcome.check->id,
                                                        state_name(outcome.finding.state), outcome.finding.message));
      out += "\n";
    }
  }
  return out;
}

std::string prometheus(const Report& report) {
  std::string out =
      "# HELP probe_success Whether the target is neither crit nor unknown.\n# TYPE probe_success gauge\n";
  const auto write = std::back_inserter(out);
  for (const auto& target : report.targets) {
    fmt::format_to(write, "probe_success{{target=\"{}\"}} {}\n", metrics::escape_label(target.name),
                   1 - probe_code(target.state(), report.rules));
  }
  out += "# HELP probe_duration_seconds How long all checks of the target took.\n# TYPE probe_duration_seconds gauge\n";
  for (const auto& target : report.targets) {
    fmt::format_to(write, "probe_duration_seconds{{target=\"{}\"}} {}\n", metrics::escape_label(target.name),
                   target.seconds);
  }
  out +=
      "# HELP llmgw_health_check_state What a check came to: 1 for the state that holds.\n"
      "# TYPE llmgw_health_check_state gauge\n";
  for (const auto& target : report.targets) {
    for (const auto& outcome : target.outcomes) {
      fmt::format_to(write, "llmgw_health_check_state{{target=\"{}\",check=\"{}\",state=\"{}\"}} 1\n",
                     metrics::escape_label(target.name), outcome.check->id, state_name(outcome.finding.state));
    }
  }
  out +=
      "# HELP llmgw_health_check_value What a check measured, in base units.\n# TYPE llmgw_health_check_value gauge\n";
  for (const auto& target : report.targets) {
    for (const auto& outcome : target.outcomes) {
      for (const auto& figure : outcome.finding.figures) {
        if (!std::isfinite(figure.value)) continue;
        fmt::format_to(write, "llmgw_health_check_value{{target=\"{}\",check=\"{}\",field=\"{}\",unit=\"{}\"}} {}\n",
                       metrics::escape_label(target.name), outcome.check->id, figure.field, unit_name(figure.unit),
                       figure.value);
      }
    }
  }
  out +=
      "# HELP llmgw_health_last_run_timestamp_seconds When the checks ran.\n"
      "# TYPE llmgw_health_last_run_timestamp_seconds gauge\n";
  fmt::format_to(write, "llmgw_health_last_run_timestamp_seconds {}\n", report.unix_s);
  return out;
}

}  // namespace llmgw::health::rendering
