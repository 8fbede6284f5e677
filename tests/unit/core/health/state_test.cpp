#include "core/health/state.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace health_state_test {

using namespace llmgw::health;

TEST_CASE("the exit code of a health run follows from its worst state", "[health]") {
  const auto [state, plain, on_crit, required, plugin, probe] = GENERATE(table<State, int, int, int, int, int>({
      {State::skipped, 0, 0, 0, 0, 0},
      {State::ok, 0, 0, 0, 0, 0},
      {State::idle, 0, 0, 10, 0, 0},
      {State::unknown, 12, 12, 12, 3, 1},
      {State::warn, 10, 0, 10, 1, 0},
      {State::crit, 10, 10, 10, 2, 1},
  }));
  CAPTURE(state_name(state));
  CHECK(exit_code(state, {}) == plain);
  CHECK(exit_code(state, {.fail_on_crit = true}) == on_crit);
  CHECK(exit_code(state, {.require_up = true}) == required);
  CHECK(plugin_code(state, {}) == plugin);
  CHECK(probe_code(state, {}) == probe);
}

TEST_CASE("warn and crit are worse than unknown, and what was skipped counts for nothing", "[health]") {
  CHECK(worst(std::array{State::unknown, State::warn, State::ok}) == State::warn);
  CHECK(worst(std::array{State::skipped, State::skipped}) == State::ok);
  CHECK(worst(std::array{State::ok, State::idle}) == State::idle);
}

TEST_CASE("states are found by name, healthy among them", "[health]") {
  CHECK(find_state("healthy") == State::ok);
  CHECK(find_state("crit") == State::crit);
  CHECK_FALSE(find_state("fine"));
}

}  // namespace health_state_test
