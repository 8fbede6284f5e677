// Real servers' answers, recorded by tests/ops/record.py: each must be known for what it is and judged as its file
// says, in every check that pages alone decide.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/health/check.h"
#include "core/health/runner.h"
#include "core/json/view.h"
#include "support/path_server.h"

namespace health_recorded_test {

using namespace llmgw;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void play(path_server::Server& server, json::View pages) {
  for (const auto& [path, page] : pages.members()) {
    auto reply =
        path_server::answer(static_cast<int>(page["status"].integer().value_or(0)), page["body"].string().value_or(""));
    for (const auto& [name, value] : page["headers"].members()) reply.headers.set(name, value.string().value_or(""));
    server.replies[std::string(path)] = {reply};
  }
}

health::TargetReport report_on(json::View recording, std::string model = {}, health::RunOptions options = {}) {
  path_server::Server server;
  play(server, recording["pages"]);
  health::Target target;
  target.url = "http://127.0.0.1:8000/v1";
  target.endpoint.host = "127.0.0.1";
  target.endpoint.port = 8000;
  target.api_path = "/v1";
  target.model = std::move(model);
  if (recording["keyed"].boolean().value_or(false)) target.key = Secret("sk-of-the-recording");
  boost::asio::io_context io(1);
  const std::vector targets{target};
  return test::run(io, health::run({server, server.clock}, targets, options)).front();
}

/// `ok`, or the state and the code that tells why.
std::string verdict_on(const health::Finding& finding) {
  const std::string state(state_name(finding.state));
  return finding.code == state ? state : state + " " + std::string(finding.code);
}

const auto folder = std::filesystem::path(LLMGW_SOURCE_DIR) / "tests/golden/servers";

// transformers serve lists what is in its cache, which the one model that it was started with need not be.
TEST_CASE("a server that lists nothing is asked for the model that was named", "[health]") {
  const auto text = text_of(folder / "transformers.json");
  const auto recording = json::parse(text);
  REQUIRE(recording);
  const auto named = report_on(*recording, "tiny").outcome("model")->finding;
  CHECK(verdict_on(named) == "skipped models_empty");
  health::RunOptions expecting;
  expecting.expectations.models = {"tiny"};
  CHECK(verdict_on(report_on(*recording, {}, expecting).outcome("model")->finding) == "crit model_missing");
}

TEST_CASE("a limit on the load of a server that does not tell it is not kept silently", "[health]") {
  const auto text = text_of(folder / "vllm-without-stats.json");
  const auto recording = json::parse(text);
  REQUIRE(recording);
  health::RunOptions options;
  options.expectations.thresholds = {*health::parse_threshold("queue>4", health::State::crit)};
  CHECK(verdict_on(report_on(*recording, {}, options).outcome("metrics")->finding) == "unknown metrics_off");
}

TEST_CASE("recorded servers are known for what they are and judged as they were", "[health]") {
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto text = text_of(entry.path());
    const auto recording = json::parse(text);
    REQUIRE(recording);
    const auto report = report_on(*recording);
    CAPTURE(entry.path().filename().string());
    CHECK(report.kind == (*recording)["kind"].string().value_or(""));
    for (const auto& check : health::checks()) {
      if (check.level < 1 || check.level > 2) continue;
      CAPTURE(check.id);
      const auto* outcome = report.outcome(check.id);
      REQUIRE(outcome != nullptr);
      CAPTURE(outcome->finding.message);
      CHECK(verdict_on(outcome->finding) == (*recording)["verdicts"][check.id].string().value_or(""));
      ++seen;
    }
  }
  CHECK(seen > 100);
}

}  // namespace health_recorded_test
