// The checks of levels 3 and 4 against the simulator, with its faults.
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/url.h"
#include "core/health/runner.h"
#include "core/net/client.h"
#include "core/net/pause.h"
#include "proxy/app_sim.h"
#include "support/loop.h"

namespace health_deep_integration_test {

using namespace llmgw;

/// A client on the test's own loop. A rest is as long as it takes the loop to go round.
class Room final : public net::ClientRoom {
 public:
  explicit Room(boost::asio::io_context& io) : client_(net::make_http_client(io, {})) {}
  net::HttpClient& client() override { return *client_; }
  net::Task<bool> pause(net::milliseconds) override { co_return true; }

 private:
  std::unique_ptr<net::HttpClient> client_;
};

/// What a simulator does, and of which model.
struct Played {
  Played(const char* text, std::string name = "sim") : script(text), model(std::move(name)) {}
  Played(std::string_view text) : script(text) {}
  std::string_view script;
  std::string model = "sim";
};

/// Checks a simulator that plays vLLM, under a script of faults.
health::TargetReport report(const Played& played, std::vector<std::string_view> only, double time_scale = 0,
                            net::milliseconds limit = net::milliseconds(10'000)) {
  sim::SimOptions options;
  options.listen = {"127.0.0.1:0"};
  options.models = {played.model};
  options.time_scale = time_scale;
  const auto host = proxy::SimHost::start(options);
  REQUIRE(host);
  health::Target target;
  target.name = "sim";
  target.url = (*host)->urls().front();
  target.endpoint = net::parse_url(target.url)->endpoint;
  target.api_path = "/v1";
  target.kind = health::find_kind("vllm");
  target.model = played.model;
  if (!played.script.empty()) target.headers.emplace_back("x-sim", Secret(std::string(played.script)));
  health::RunOptions run;
  run.selection.only = std::move(only);
  run.sample = net::milliseconds(0);
  run.deep_timeout = limit;
  boost::asio::io_context io(1);
  // Faults do not depend on time: it stands still for them, so that a busy machine changes no verdict.
  const SystemClock running;
  const ManualClock still;
  const Clock& clock = time_scale > 0 ? static_cast<const Clock&>(running) : still;
  auto reports = [&] {
    Room room(io);
    return test::run(io, health::run({room, clock, {}}, {target}, run));
  }();
  io.restart();
  io.run();
  return reports.front();
}

const health::Finding& finding(const health::TargetReport& report, std::string_view check) {
  return report.outcome(check)->finding;
}

TEST_CASE("a simulator that behaves passes the checks of both formats", "[health]") {
  const auto found = report("", {"chat", "stream", "tools", "anthropic", "json"});
  for (const auto& outcome : found.outcomes) {
    CAPTURE(outcome.check->id, outcome.finding.code, outcome.finding.message);
    CHECK(outcome.finding.state == CheckState::ok);
  }
  CHECK(found.spent.requests == 7);
  CHECK(found.spent.completion_tokens > 0);
}

TEST_CASE("a simulator embeds and ranks as the checks of such models expect", "[health]") {
  for (const auto* check : {"embed", "rerank"}) {
    const auto found = report({"", std::string("sim-") + check}, {check});
    CAPTURE(check, finding(found, check).message);
    CHECK(finding(found, check).state == CheckState::ok);
  }
}

TEST_CASE("each fault of a stream is told by its name", "[health]") {
  const auto [script, state, code] = GENERATE(table<std::string_view, CheckState, std::string_view>({
      {"no-done", CheckState::warn, "stream_unmarked"},
      {"no-finish", CheckState::crit, "stream_unfinished"},
      {"usage=none", CheckState::warn, "usage_missing"},
      {"empty", CheckState::crit, "stream_empty"},
      {"error@2", CheckState::crit, "stream_error"},
      {"bad-json@2", CheckState::crit, "stream_error"},
      {"fin@2", CheckState::crit, "answer_cut"},
      {"content-type=application/json", CheckState::crit, "stream_not_sse"},
      {"status=503", CheckState::crit, "request_failed"},
      {"status=429", CheckState::warn, "rate_limited"},
      {"fin", CheckState::crit, "no_answer"},
      {"split=1, crlf, comments", CheckState::ok, "ok"},
      {"gzip", CheckState::ok, "ok"},
      {"reasoning=4", CheckState::ok, "ok"},
  }));
  CAPTURE(script);
  const auto found = report(script, {"stream"});
  CAPTURE(finding(found, "stream").message);
  CHECK(finding(found, "stream").state == state);
  CHECK(finding(found, "stream").code == code);
}

TEST_CASE("a stream that something on the way holds back is told from one that flows", "[health]") {
  CHECK(finding(report("ttft=40ms, itl=40ms, buffered", {"stream"}, 1), "stream").code == "proxy_buffered");
  const auto flowing = report("ttft=40ms, itl=40ms", {"stream"}, 1);
  CAPTURE(finding(flowing, "stream").message);
  CHECK(finding(flowing, "stream").state == CheckState::ok);
  CHECK(finding(flowing, "stream").figure("ttft")->value >= 0.04);
}

TEST_CASE("tool calls that are cut into bytes are still calls", "[health]") {
  CHECK(finding(report("tool-calls=split", {"tools"}), "tools").state == CheckState::ok);
}

TEST_CASE("an answer that never comes ends with the time limit, and nothing leans on it", "[health]") {
  const auto found = report("hang", {"chat", "tools"}, 0, net::milliseconds(200));
  CHECK(finding(found, "chat").state == CheckState::crit);
  CHECK(found.outcome("tools")->blocked_by == "chat");
}

}  // namespace health_deep_integration_test
