#include "core/health/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/json/view.h"

namespace llmgw::health {
namespace baselines {

constexpr double slower = 1.5;
constexpr double slower_by_s = 0.05;

std::string text(json::View view) { return view.string().value_or(""); }

/// The names of a list `a, b, c`, whose order servers may change.
std::set<std::string_view> names_of(std::string_view list) {
  std::set<std::string_view> names;
  while (!list.empty()) {
    const auto end = std::min(list.find(", "), list.size());
    names.insert(list.substr(0, end));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return names;
}

void raise(Outcome& outcome, std::string_view code, std::string message) {
  outcome.finding.state = State::warn;
  outcome.finding.code = code;
  outcome.finding.message = std::move(message);
}

/// The first time that is far above the earlier one, in words.
std::optional<std::string> slower_than(const Finding& finding, const auto& value_before) {
  for (const auto& figure : finding.figures) {
    if (figure.unit != Unit::seconds) continue;
    const std::optional<double> before = value_before(figure.field);
    if (!before || figure.value <= *before * slower || figure.value <= *before + slower_by_s) continue;
    const auto what = figure.field.empty() ? std::string() : std::string(figure.field) + " ";
    return fmt::format("{}{}, was {}", what, value_text(figure.value, figure.unit), value_text(*before, figure.unit));
  }
  return std::nullopt;
}

}  // namespace baselines

Result<Baseline> Baseline::read(std::string_view text) {
  const auto parsed = json::parse(text);
  const auto root = parsed ? *parsed : json::View();
  if (!root["schema"].equals("llmgw.health/1") || !root["targets"].is_array()) {
    return fail(Errc::usage, "this is no report of `llmgw health -o json`");
  }
  Baseline baseline;
  for (const auto row : root["targets"].elements()) read_target(row, baseline.targets_[baselines::text(row["name"])]);
  return baseline;
}

void Baseline::read_target(json::View row, Target& target) {
  target.kind = baselines::text(row["kind"]);
  for (const auto entry : row["checks"].elements()) {
    auto& check = target.checks[baselines::text(entry["id"])];
    check.state = find_state(baselines::text(entry["state"])).value_or(State::skipped);
    check.message = baselines::text(entry["message"]);
    check.value = entry["value"].number();
    for (const auto& [name, value] : entry["fields"].members()) {
      if (const auto number = value.number()) check.fields[std::string(name)] = *number;
    }
  }
}

bool Baseline::compare(TargetReport& target) const {
  const auto before = targets_.find(target.name);
  if (before == targets_.end()) return false;
  for (auto& outcome : target.outcomes) compare_one(before->second, target, outcome);
  return true;
}

void Baseline::compare_one(const Target& before, const TargetReport& target, Outcome& outcome) {
  const auto found = before.checks.find(std::string(outcome.check->id));
  const auto& finding = outcome.finding;
  if (found == before.checks.end() || finding.state >= State::warn || finding.state == State::skipped) return;
  const auto& check = found->second;
  const auto id = outcome.check->id;
  if (check.state != State::skipped && finding.state > check.state) {
    return baselines::raise(
        outcome, "baseline_worse",
        fmt::format("{}, was {}: {}", state_name(finding.state), state_name(check.state), finding.message));
  }
  const bool both_ok = finding.state == State::ok && check.state == State::ok;
  if (!both_ok) return;
  const bool other_kind = id == "identity" && !before.kind.empty() && before.kind != target.kind;
  const bool other_version = id == "version" && finding.message != check.message;
  const bool other_models =
      id == "models" && baselines::names_of(finding.message) != baselines::names_of(check.message);
  const auto* tokens = id == "ctx" ? finding.figure("") : nullptr;
  const bool other_context = tokens != nullptr && check.value && tokens->value != *check.value;
  if (other_kind || other_version || other_models || other_context) {
    return baselines::raise(outcome, "baseline_changed", fmt::format("{}, was {}", finding.message, check.message));
  }
  if (id == "clock") return;
  const auto slow = baselines::slower_than(finding, [&](std::string_view field) -> std::optional<double> {
    if (field.empty()) return check.value;
    const auto at = check.fields.find(std::string(field));
    return at == check.fields.end() ? std::nullopt : std::optional(at->second);
  });
  if (slow) baselines::raise(outcome, "baseline_slower", *slow);
}

}  // namespace llmgw::health
