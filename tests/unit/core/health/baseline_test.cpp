#include "core/health/baseline.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "healthy.h"

namespace health_baseline_test {

using namespace llmgw::health;

TargetReport report(const Facts& facts) {
  TargetReport target;
  target.name = "engine";
  target.kind = facts.kind->name;
  target.outcomes = judge(facts, {}, {});
  return target;
}

Baseline baseline(const Facts& facts) {
  auto read = Baseline::read(rendering::json({0, {report(facts)}, {}}));
  REQUIRE(read);
  return *std::move(read);
}

/// What the check says once the target has been compared with a healthy one.
Finding compared(const Facts& now, std::string_view check) {
  auto target = report(now);
  REQUIRE(baseline(healthy::vllm()).compare(target));
  return target.outcome(check)->finding;
}

TEST_CASE("a target that is as it was passes its baseline", "[health]") {
  auto target = report(healthy::vllm());
  REQUIRE(baseline(healthy::vllm()).compare(target));
  CHECK(target.state() == State::ok);
}

TEST_CASE("another version, list of models or context than the baseline's is a warning", "[health]") {
  auto facts = healthy::vllm();
  facts.replies["/version"].body = R"({"version":"0.25.0"})";
  CHECK(compared(facts, "version").code == "baseline_changed");
  CHECK(compared(facts, "version").message.starts_with("0.25.0, was "));
  facts = healthy::vllm();
  facts.replies["{api}/models"].body = R"({"data":[{"id":"Qwen/Qwen3","max_model_len":1024},{"id":"other"}]})";
  CHECK(compared(facts, "models").code == "baseline_changed");
  CHECK(compared(facts, "ctx").code == "baseline_changed");
}

TEST_CASE("the order of a list of models is no change", "[health]") {
  auto before = healthy::vllm();
  before.replies["{api}/models"].body = R"({"data":[{"id":"Qwen/Qwen3"},{"id":"b"}]})";
  auto now = healthy::vllm();
  now.replies["{api}/models"].body = R"({"data":[{"id":"b"},{"id":"Qwen/Qwen3"}]})";
  auto target = report(now);
  REQUIRE(baseline(before).compare(target));
  CHECK(target.outcome("models")->finding.state == State::ok);
}

TEST_CASE("another kind than the baseline's is a warning", "[health]") {
  auto target = report(healthy::vllm());
  target.kind = "sglang";
  REQUIRE(baseline(healthy::vllm()).compare(target));
  CHECK(target.outcome("identity")->finding.code == "baseline_changed");
}

TEST_CASE("times warn from one and a half times and 50 ms above the baseline's", "[health]") {
  auto before = healthy::vllm();
  before.contact.seconds = 0.2;
  for (const auto& [seconds, code] : {std::pair{0.29, "ok"}, std::pair{0.31, "baseline_slower"}}) {
    auto now = healthy::vllm();
    now.contact.seconds = seconds;
    auto target = report(now);
    REQUIRE(baseline(before).compare(target));
    CHECK(target.outcome("http")->finding.code == code);
  }
  before.contact.seconds = 0.01;
  auto now = healthy::vllm();
  now.contact.seconds = 0.055;
  auto target = report(now);
  REQUIRE(baseline(before).compare(target));
  CHECK(target.outcome("http")->finding.state == State::ok);
}

TEST_CASE("a state that got worse warns even where it is no fault by itself", "[health]") {
  auto facts = healthy::vllm();
  facts.kind = nullptr;
  auto target = report(healthy::vllm());
  target.outcomes = judge(facts, {}, {});
  REQUIRE(baseline(healthy::vllm()).compare(target));
  CHECK(target.outcome("identity")->finding.code == "baseline_worse");
}

TEST_CASE("what is a fault already stays as it is, and unknown targets are told apart", "[health]") {
  auto facts = healthy::vllm();
  facts.replies["/health"] = healthy::reply(503, "");
  CHECK(compared(facts, "live").code == "engine_dead");
  auto other = report(healthy::vllm());
  other.name = "other";
  CHECK_FALSE(baseline(healthy::vllm()).compare(other));
  CHECK_FALSE(Baseline::read("{}"));
  CHECK_FALSE(Baseline::read("no JSON"));
}

}  // namespace health_baseline_test
