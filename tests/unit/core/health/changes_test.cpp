#include "core/health/changes.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/json/view.h"

namespace health_changes_test {

using namespace llmgw::health;

std::vector<TargetReport> run_with(State state) {
  TargetReport target;
  target.name = "engine";
  target.url = "http://127.0.0.1:8000";
  target.outcomes.push_back({find_check("http"), {State::ok, "ok", "HTTP 200"}});
  target.outcomes.push_back({find_check("kv"), {state, "kv_high", "91% in use"}});
  return {target};
}

/// `check before->now` for each change; `-` is the target as a whole.
std::string told(Changes& changes, const std::vector<TargetReport>& reports) {
  std::string out;
  for (const auto& change : changes.note(reports)) {
    out += change.outcome != nullptr ? change.outcome->check->id : "-";
    out += std::string(" ") + std::string(change.before ? state_name(*change.before) : "?") + "->";
    out += std::string(state_name(change.now)) + ";";
  }
  return out;
}

TEST_CASE("the first run tells the state of each target and what is not as it should be", "[health]") {
  Changes good(1);
  CHECK(told(good, run_with(State::ok)) == "- ?->ok;");
  Changes bad(1);
  CHECK(told(bad, run_with(State::warn)) == "- ?->warn;kv ?->warn;");
}

TEST_CASE("later runs tell what changed and nothing else", "[health]") {
  Changes changes(1);
  told(changes, run_with(State::ok));
  CHECK(told(changes, run_with(State::ok)).empty());
  CHECK(told(changes, run_with(State::warn)) == "- ok->warn;kv ok->warn;");
  CHECK(told(changes, run_with(State::ok)) == "- warn->ok;kv warn->ok;");
}

TEST_CASE("a state that flaps is no change until it is confirmed", "[health]") {
  Changes changes(3);
  told(changes, run_with(State::ok));
  for (int i = 0; i < 5; ++i) {
    CHECK(told(changes, run_with(State::warn)).empty());
    CHECK(told(changes, run_with(State::warn)).empty());
    CHECK(told(changes, run_with(State::ok)).empty());
  }
  told(changes, run_with(State::warn));
  told(changes, run_with(State::crit));
  told(changes, run_with(State::crit));
  CHECK(told(changes, run_with(State::crit)) == "- ok->crit;kv ok->crit;");
}

TEST_CASE("a change is one line of JSON", "[health]") {
  Changes changes(1);
  told(changes, run_with(State::ok));
  const auto reports = run_with(State::warn);
  const auto found = changes.note(reports);
  REQUIRE(found.size() == 2);
  CHECK(change_line(found[1], 1'763'600'000) ==
        R"({"schema":"llmgw.health.change/1","ts":"2025-11-20T00:53:20Z","target":"engine","check":"kv",)"
        R"("from":"ok","to":"warn","code":"kv_high","message":"91% in use"})"
        "\n");
  CHECK(llmgw::json::parse(change_line(found[0], 0)));
  CHECK(change_line(found[0], 0).contains(R"("check":null,"from":"ok","to":"warn")"));
}

}  // namespace health_changes_test
