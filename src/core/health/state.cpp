#include "core/health/state.h"

#include <algorithm>
#include <array>

namespace llmgw::health {
namespace state_table {

constexpr std::array<std::string_view, 6> names{"skipped", "ok", "idle", "unknown", "warn", "crit"};

constexpr int check_failed = 10;
constexpr int inconclusive = 12;

State judged(State state, const ExitRules& rules) {
  return state == State::idle ? (rules.require_up ? State::crit : State::ok) : state;
}

}  // namespace state_table

std::string_view state_name(State state) { return state_table::names[static_cast<std::size_t>(state)]; }

std::optional<State> find_state(std::string_view name) {
  if (name == "healthy") return State::ok;
  const auto found = std::ranges::find(state_table::names, name);
  if (found == state_table::names.end()) return std::nullopt;
  return static_cast<State>(found - state_table::names.begin());
}

State worst(std::span<const State> states) {
  auto state = State::ok;
  for (const auto one : states) state = std::max(state, one);
  return state;
}

int exit_code(State state, const ExitRules& rules) {
  switch (state_table::judged(state, rules)) {
    case State::crit: return state_table::check_failed;
    case State::warn: return rules.fail_on_crit ? 0 : state_table::check_failed;
    case State::unknown: return state_table::inconclusive;
    default: return 0;
  }
}

int plugin_code(State state, const ExitRules& rules) {
  switch (state_table::judged(state, rules)) {
    case State::crit: return 2;
    case State::warn: return rules.fail_on_crit ? 0 : 1;
    case State::unknown: return 3;
    default: return 0;
  }
}

int probe_code(State state, const ExitRules& rules) {
  const auto judged = state_table::judged(state, rules);
  return judged == State::crit || judged == State::unknown ? 1 : 0;
}

}  // namespace llmgw::health
