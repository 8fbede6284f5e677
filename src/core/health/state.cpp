#include "core/health/state.h"

#include <algorithm>
#include <array>

namespace llmgw::health {
namespace state_table {

constexpr std::array all{State::skipped, State::ok, State::idle, State::unknown, State::warn, State::crit};

constexpr int check_failed = 10;
constexpr int inconclusive = 12;

State judged(State state, const ExitRules& rules) {
  return state == State::idle ? (rules.require_up ? State::crit : State::ok) : state;
}

}  // namespace state_table

std::optional<State> find_state(std::string_view name) {
  if (name == "healthy") return State::ok;
  const auto* const found = std::ranges::find(state_table::all, name, state_name);
  if (found == state_table::all.end()) return std::nullopt;
  return *found;
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
