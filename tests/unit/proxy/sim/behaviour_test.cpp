#include "proxy/sim/behaviour.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>

using namespace llmgw;
using namespace std::chrono_literals;

namespace sim_behaviour_test {

sim::Behaviour from(std::string_view script) {
  sim::Behaviour behaviour;
  const auto applied = sim::apply_script(behaviour, script);
  if (!applied) FAIL(applied.error().message);
  return behaviour;
}

std::string error_of(std::string_view script) {
  sim::Behaviour behaviour;
  const auto applied = sim::apply_script(behaviour, script);
  return applied ? "ok" : applied.error().message;
}

TEST_CASE("a script is a list of settings", "[sim]") {
  const auto behaviour = from(" status=429; retry-after=3 , crlf;;rst@5;stall@2=300ms; usage=none,reasoning=9:think");
  CHECK(behaviour.status == 429);
  CHECK(behaviour.retry_after == "3");
  CHECK(behaviour.crlf);
  CHECK(behaviour.cut == sim::Cut::rst);
  CHECK(behaviour.cut_at == 5);
  CHECK(behaviour.stall_at == 2);
  CHECK(behaviour.stall_for == 300ms);
  CHECK(behaviour.usage == sim::UsageMode::none);
  CHECK(behaviour.reasoning == 9);
  CHECK(behaviour.reasoning_field == sim::ReasoningField::think);
}

TEST_CASE("a cut without position strikes before the head", "[sim]") {
  CHECK_FALSE(from("fin").cut_at);
  CHECK(from("fin@0").cut_at == 0);
  CHECK(from("rst").cut == sim::Cut::rst);
}

TEST_CASE("a switch can be turned off again", "[sim]") {
  CHECK_FALSE(from("crlf, crlf=off").crlf);
  CHECK(error_of("crlf=maybe") == "crlf: takes no value but on or off");
}

TEST_CASE("no length is drawn that exceeds what can be asked for", "[sim]") {
  const auto behaviour = from("out-len=1000000+-1000000000:lognormal");
  IdSource random(1);
  std::int64_t longest = 0;
  for (int i = 0; i < 20'000; ++i) longest = std::max(longest, behaviour.draw_length(random));
  CHECK(longest == 1'000'000);
}

TEST_CASE("a time that varies without bounds stays a time", "[sim]") {
  const auto behaviour = from("ttft=1000s+-1000000s:lognormal");
  IdSource random(1);
  double longest = 0;
  for (int i = 0; i < 200'000; ++i) longest = std::max(longest, behaviour.ttft.draw(random));
  CHECK(longest == 1e15);
}

TEST_CASE("malformed settings are refused with a reason", "[sim]") {
  CHECK(error_of("stats=3") == "unknown setting \"stats\"; did you mean \"status\"?");
  CHECK(error_of("crlf@3") == "crlf takes no position");
  CHECK(error_of("status=99").starts_with("status: "));
  CHECK(error_of("rst@x").find("whole number") != std::string::npos);
  CHECK(error_of("usage=often").find("must be one of final, continuous, none, choices-in-usage") != std::string::npos);
  CHECK(error_of("ttft=fast").starts_with("ttft: "));
  CHECK(error_of("retry-after") == "retry-after: needs a value");
  CHECK(error_of("stall@1") != "ok");
}

TEST_CASE("every setting has a name of its own and a sentence", "[sim]") {
  std::set<std::string_view> names;
  for (const auto& row : sim::setting_rows()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.help.empty());
    CHECK(row.apply != nullptr);
  }
}

}  // namespace sim_behaviour_test
