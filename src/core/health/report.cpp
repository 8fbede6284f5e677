#include "core/health/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/nearest.h"

namespace llmgw::health {
namespace report_table {

constexpr std::array rows{
    Format{"table", "one line a target, and what is wrong below it", rendering::table},
    Format{"wide", "every check of every target", rendering::wide},
    Format{"json", "one object (llmgw health --schema)", rendering::json},
    Format{"jsonl", "one object a target, a line each", rendering::jsonl},
    Format{"nagios", "a monitoring plugin's line with performance data; exits with 0 to 3", rendering::nagios},
    Format{"prometheus", "metrics, for node_exporter's textfile folder", rendering::prometheus},
    Format{"junit", "a test report", rendering::junit},
    Format{"github", "annotations of GitHub Actions", rendering::github},
};

std::string states_of(const Check& check) {
  std::string names;
  for (const auto state : check.states) names += (names.empty() ? "" : ", ") + std::string(state_name(state));
  return names;
}

}  // namespace report_table

State TargetReport::state() const {
  auto state = std::max(State::ok, unchanged_state);
  for (const auto& outcome : outcomes) state = std::max(state, outcome.finding.state);
  return state;
}

const Outcome* TargetReport::outcome(std::string_view check) const {
  const auto found = std::ranges::find(outcomes, check, [](const Outcome& outcome) { return outcome.check->id; });
  return found == outcomes.end() ? nullptr : &*found;
}

const Outcome* TargetReport::worst_outcome() const {
  const auto most = state();
  if (most == State::ok) return nullptr;
  const auto found = std::ranges::find(outcomes, most, [](const Outcome& outcome) { return outcome.finding.state; });
  return found == outcomes.end() ? nullptr : &*found;
}

State Report::state() const {
  auto state = State::ok;
  for (const auto& target : targets) state = std::max(state, target.state());
  return state;
}

std::span<const Format> formats() { return report_table::rows; }

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(report_table::rows, name, &Format::name);
  return found == report_table::rows.end() ? nullptr : &*found;
}

Result<std::string> explain(std::string_view code) {
  if (const auto* row = find_code(code)) {
    if (row->hint.empty()) return fmt::format("{}\n  {}\n", row->code, row->meaning);
    return fmt::format("{}\n  {}\n  What to do: {}.\n", row->code, row->meaning, row->hint);
  }
  std::vector<std::string_view> names;
  for (const auto& row : codes()) names.push_back(row.code);
  const auto meant = nearest(code, names);
  const auto advice =
      meant.empty() ? fmt::format("there are: {}", fmt::join(names, ", ")) : fmt::format("did you mean {}?", meant);
  return fail(Errc::usage, fmt::format("no check reports \"{}\"; {}", code, advice));
}

std::string markdown_reference() {
  std::string out = "## Kinds\n\n| kind | what it is |\n|---|---|\n";
  const auto write = std::back_inserter(out);
  for (const auto& kind : kinds()) fmt::format_to(write, "| `{}` | {} |\n", kind.name, kind.doc);
  out += "\n## Checks\n\n| check | level | what it shows | states | depends on |\n|---|---|---|---|---|\n";
  for (const auto& check : checks()) {
    fmt::format_to(write, "| `{}` | {} | {} | {} | {} |\n", check.id, check.level, check.summary,
                   report_table::states_of(check), fmt::join(check.depends, ", "));
  }
  out += "\n## Codes\n\n| code | meaning | what to do |\n|---|---|---|\n";
  for (const auto& code : codes()) fmt::format_to(write, "| `{}` | {} | {} |\n", code.code, code.meaning, code.hint);
  return out;
}

namespace rendering {

std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const auto first = byte(i);
    const auto second = byte(i + 1);
    // U+0080..U+009F are control characters too (C2 80..C2 9F); U+2028..U+202E and U+2066..U+2069 break or turn lines.
    const bool c1 = first == 0xC2 && second >= 0x80 && second <= 0x9F;
    const bool turn = first == 0xE2 && ((second == 0x80 && byte(i + 2) >= 0xA8 && byte(i + 2) <= 0xAE) ||
                                        (second == 0x81 && byte(i + 2) >= 0xA6 && byte(i + 2) <= 0xA9));
    out += first < ' ' || first == 0x7f || c1 || turn ? ' ' : text[i];
    if (c1) ++i;
    if (turn) i += 2;
  }
  return out;
}

}  // namespace rendering
}  // namespace llmgw::health
