#include "core/dialects/reasoning.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace llmgw::dialect {
namespace reasoning_map {

struct Row {
  std::string_view effort;
  double share;        ///< of max_output, towards a budget
  double below_share;  ///< a budget below this share of max_output is this effort
  std::int64_t below;  ///< a budget below this many tokens is this effort, when max_output is not known
};

// Rising order; `none` and `max` are never what a budget amounts to.
constexpr std::array<Row, 7> rows{{
    {"none", 0, 0, 0},
    {"minimal", 0.02, 0.06, 1024},
    {"low", 0.10, 0.20, 4096},
    {"medium", 0.30, 0.45, 16384},
    {"high", 0.60, 0.75, 32768},
    {"xhigh", 0.90, 1e18, INT64_MAX},
    {"max", 0.95, 1e18, INT64_MAX},
}};

// Anthropic's Messages API refuses `budget_tokens` below this.
constexpr std::int64_t smallest_budget = 1024;

std::int64_t fit(std::int64_t budget, std::int64_t max_output) {
  return std::min(std::max(smallest_budget, budget), max_output - 1);
}

}  // namespace reasoning_map

int effort_rank(std::string_view effort) {
  for (std::size_t i = 0; i < reasoning_map::rows.size(); ++i) {
    if (reasoning_map::rows[i].effort == effort) return static_cast<int>(i);
  }
  return -1;
}

std::optional<std::int64_t> effort_to_budget(std::string_view effort, std::int64_t max_output) {
  const int rank = effort_rank(effort);
  if (rank <= 0 || max_output <= reasoning_map::smallest_budget) return std::nullopt;
  const double share = reasoning_map::rows[static_cast<std::size_t>(rank)].share;
  return reasoning_map::fit(static_cast<std::int64_t>(std::floor(share * static_cast<double>(max_output))), max_output);
}

std::string_view budget_to_effort(std::int64_t budget, std::optional<std::int64_t> max_output) {
  if (budget == 0) return "none";
  if (budget < 0) return "medium";
  for (const auto& row : reasoning_map::rows) {
    if (row.effort == "none") continue;
    const bool below = max_output && *max_output > 0
                           ? static_cast<double>(budget) < row.below_share * static_cast<double>(*max_output)
                           : budget < row.below;
    if (below) return row.effort;
  }
  return "xhigh";
}

std::string effort_of(const ir::ReasoningRequest& reasoning, std::optional<std::int64_t> max_output) {
  if (!reasoning.enabled) return "none";
  if (!reasoning.effort.empty()) return reasoning.effort;
  if (reasoning.budget) return std::string(budget_to_effort(*reasoning.budget, max_output));
  return reasoning.adaptive ? "high" : "medium";
}

std::optional<std::int64_t> budget_of(const ir::ReasoningRequest& reasoning, std::int64_t max_output) {
  if (!reasoning.enabled || max_output <= reasoning_map::smallest_budget) return std::nullopt;
  if (reasoning.budget && *reasoning.budget > 0) return reasoning_map::fit(*reasoning.budget, max_output);
  return effort_to_budget(effort_of(reasoning, max_output), max_output);
}

}  // namespace llmgw::dialect
