#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "core/health/report.h"

namespace llmgw::health::rendering {
namespace render_table {

constexpr std::size_t columns = 9;
constexpr std::size_t ttft_column = 4;  ///< there only when a stream was asked for
using Row = std::array<std::string, columns>;

/// The figure of a check, or a dash: what was not measured is never shown as 0.
std::string figure_of(const TargetReport& target, std::string_view check, std::string_view field) {
  const auto* outcome = target.outcome(check);
  const auto* figure = outcome != nullptr ? outcome->finding.figure(field) : nullptr;
  return figure != nullptr ? value_text(figure->value, figure->unit) : "-";
}

std::string message_of(const TargetReport& target, std::string_view check) {
  const auto* outcome = target.outcome(check);
  return outcome != nullptr && outcome->finding.state == State::ok ? one_line(outcome->finding.message) : "-";
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::string counted(const TargetReport& target) {
  std::size_t tried = 0;
  std::size_t good = 0;
  for (const auto& outcome : target.outcomes) {
    const auto state = outcome.finding.state;
    if (state != State::skipped || !outcome.blocked_by.empty()) ++tried;
    if (state == State::ok || state == State::idle) ++good;
  }
  return fmt::format("{}/{}", good, tried);
}

Row row_of(const TargetReport& target) {
  const auto* worst = target.worst_outcome();
  const auto queue = figure_of(target, "queue", "");
  const auto running = figure_of(target, "queue", "running");
  const auto note = worst != nullptr       ? fmt::format("{}: {}", worst->check->id, one_line(worst->finding.message))
                    : target.unchanged > 0 ? fmt::format("{} checks as before", target.unchanged)
                                           : "";
  return {one_line(target.name),
          target.kind.empty() ? "-" : std::string(target.kind),
          upper(state_name(target.state())),
          message_of(target, "version"),
          figure_of(target, "stream", "ttft"),
          queue == "-" ? "-" : fmt::format("{}/{}", queue, running),
          figure_of(target, "kv", ""),
          counted(target),
          note};
}

std::string limit_text(const Outcome& outcome) {
  const auto* figure = outcome.finding.figure("");
  const auto& limit = outcome.finding.state == State::crit ? outcome.finding.crit : outcome.finding.warn;
  if (figure == nullptr || !limit) return {};
  return fmt::format(" (limit {})", value_text(*limit, figure->unit));
}

void append_detail(std::string& out, const Outcome& outcome, bool hints) {
  const auto& finding = outcome.finding;
  const auto write = std::back_inserter(out);
  fmt::format_to(write, "  {:<8}  {:<7}  {}{}", outcome.check->id, state_name(finding.state), one_line(finding.message),
                 limit_text(outcome));
  if (finding.code != "ok") fmt::format_to(write, "  [{}]", finding.code);
  out += "\n";
  const auto* code = find_code(finding.code);
  if (hints && code != nullptr && !code->hint.empty())
    fmt::format_to(write, "  {:<8}  {:<7}  try: {}\n", "", "", code->hint);
}

bool streamed(const Report& report) {
  return std::ranges::any_of(report.targets, [](const TargetReport& target) {
    const auto* outcome = target.outcome("stream");
    return outcome != nullptr && outcome->finding.figure("ttft") != nullptr;
  });
}

std::string spent_line(const Spent& spent) {
  if (spent.requests == 0) return {};
  const auto usd = spent.usd_at_most ? fmt::format(", at most ${:.4f}", *spent.usd_at_most) : std::string();
  return fmt::format("  spent: {} request{}, {} + {} tokens{}\n", spent.requests, spent.requests == 1 ? "" : "s",
                     spent.prompt_tokens, spent.completion_tokens, usd);
}

bool is_wrong(const Outcome& outcome) { return outcome.finding.state >= State::unknown; }

std::string lines(const Report& report, bool all_checks) {
  std::vector<Row> rows{{"TARGET", "KIND", "STATE", "VERSION", "TTFT", "QUEUE", "KV", "CHECKS", "NOTE"}};
  for (const auto& target : report.targets) rows.push_back(row_of(target));
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line;
    for (std::size_t c = 0; c < columns; ++c) {
      if (c == ttft_column && !streamed(report)) continue;
      line += fmt::format("{:<{}}{}", rows[i][c], widths[c], c + 1 < columns ? "  " : "");
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
    if (i == 0) continue;
    const auto& target = report.targets[i - 1];
    for (const auto& error : target.retried) out += "  retried after: " + one_line(error.message) + "\n";
    for (const auto& outcome : target.outcomes) {
      if (all_checks || is_wrong(outcome)) append_detail(out, outcome, is_wrong(outcome));
    }
    out += spent_line(target.spent);
  }
  return out;
}

}  // namespace render_table

std::string table(const Report& report) { return render_table::lines(report, false); }
std::string wide(const Report& report) { return render_table::lines(report, true); }

}  // namespace llmgw::health::rendering
