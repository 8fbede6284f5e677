#include "core/health/runner.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "healthy.h"
#include "support/path_server.h"

namespace health_runner_test {

using namespace llmgw;

using Server = path_server::Server;

std::vector<health::TargetReport> run(Server& server, const std::vector<health::Target>& targets,
                                      const health::RunOptions& options) {
  boost::asio::io_context io(1);
  return test::run(io, health::run({server, server.clock}, targets, options));
}

health::Target target(bool tls = true) {
  health::Target target;
  target.name = "engine";
  target.url = "https://llm.example/v1";
  target.endpoint.tls = tls;
  target.endpoint.host = "llm.example";
  target.endpoint.port = tls ? 443 : 80;
  target.api_path = "/v1";
  target.key = Secret("sk-secret-key");
  return target;
}

void play_vllm(Server& server) {
  server.needs_key = true;
  server.replies["/health"] = {healthy::reply(200, "")};
  server.replies["/version"] = {healthy::reply(200, R"({"version":"0.24.1"})")};
  server.replies["/v1/models"] = {healthy::reply(200, R"({"data":[{"id":"m","max_model_len":4096}]})")};
  server.replies["/metrics"] = {healthy::reply(200, healthy::vllm_page)};
}

Error refusal(std::string message) {
  auto error = fail(Errc::network, std::move(message)).error();
  error.fault = NetFault::connect;
  return error;
}

TEST_CASE("a server of unknown kind is identified and passes all checks of that kind", "[health]") {
  Server server;
  play_vllm(server);
  const auto reports = run(server, {target()}, {});
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind == "vllm");
  CHECK(reports[0].state() == health::State::ok);
  CHECK(reports[0].outcome("version")->finding.message == "0.24.1");
  CHECK(reports[0].outcome("preempt")->finding.state == health::State::ok);
  CHECK(reports[0].requests == static_cast<std::int64_t>(server.requests.size()));
}

TEST_CASE("a LiteLLM proxy is identified without the path on which it asks every model", "[health]") {
  Server server;
  server.replies["/health/liveliness"] = {healthy::reply(200, "\"I'm alive!\"")};
  server.replies["/health/readiness"] = {healthy::reply(200, R"({"status":"healthy","db":"Not connected"})")};
  server.replies["/v1/models"] = {healthy::reply(200, R"({"data":[{"id":"m"}]})")};
  const auto reports = run(server, {target()}, {});
  CHECK(reports[0].kind == "litellm");
  CHECK(server.count("/health") == 0);
}

TEST_CASE("only GET requests are sent, each path once but for the second scrape", "[health]") {
  Server server;
  play_vllm(server);
  auto target = health_runner_test::target();
  target.kind = health::find_kind("vllm");
  static_cast<void>(run(server, {target}, {}));
  for (const auto& request : server.requests) CHECK(request.message.method == "GET");
  CHECK(server.count("/health") == 1);
  CHECK(server.count("/version") == 1);
  CHECK(server.count("/v1/models") == 2);  // with the key and without it
  CHECK(server.count("/metrics") == 2);
  CHECK(server.requests.size() == 6);
}

TEST_CASE("a level asks for no more than its checks judge", "[health]") {
  Server server;
  play_vllm(server);
  auto target = health_runner_test::target();
  target.kind = health::find_kind("vllm");
  health::RunOptions options;
  options.selection.level = 0;
  static_cast<void>(run(server, {target}, options));
  CHECK(server.requests.size() == 1);
  options.selection.only = {"http", "live"};
  static_cast<void>(run(server, {target}, options));
  CHECK(server.requests.size() == 2);
}

TEST_CASE("a sample of no time is one scrape, and rates are not invented", "[health]") {
  Server server;
  play_vllm(server);
  health::RunOptions options;
  options.sample = net::milliseconds(0);
  const auto reports = run(server, {target()}, options);
  CHECK(server.count("/metrics") == 1);
  CHECK(reports[0].outcome("preempt")->finding.code == "one_sample");
}

TEST_CASE("rates are those between the two scrapes", "[health]") {
  Server server;
  play_vllm(server);
  std::string later(healthy::vllm_page);
  later.replace(later.find("\"0\"} 10"), 7, "\"0\"} 16");
  server.replies["/metrics"].push_back(healthy::reply(200, later));
  health::RunOptions options;
  options.sample = net::milliseconds(2000);
  const auto reports = run(server, {target()}, options);
  const auto& finding = reports[0].outcome("preempt")->finding;
  CAPTURE(finding.message);
  REQUIRE(finding.figures.size() == 1);
  CHECK(finding.figures[0].value == 3);
  CHECK(reports[0].state() == health::State::warn);
}

TEST_CASE("rates are told by the scrape of the run before, where there is one of the same process", "[health]") {
  Server server;
  play_vllm(server);
  auto target = health_runner_test::target();
  target.earlier = run(server, {target}, {})[0].scrape;
  REQUIRE(target.earlier);
  server.clock.advance(std::chrono::seconds(10));
  std::string later(healthy::vllm_page);
  later.replace(later.find("\"0\"} 10"), 7, "\"0\"} 50");
  server.replies["/metrics"] = {healthy::reply(200, later)};
  server.requests.clear();
  const auto report = run(server, {target}, {})[0];
  CHECK(server.count("/metrics") == 1);
  REQUIRE(report.outcome("preempt")->finding.figures.size() == 1);
  CHECK(std::abs(report.outcome("preempt")->finding.figures[0].value - 4) < 0.5);
  server.clock.advance(std::chrono::hours(2));
  server.requests.clear();
  static_cast<void>(run(server, {target}, {}));
  CHECK(server.count("/metrics") == 2);
}

TEST_CASE("a queue beside an old scrape is scraped once more, an empty one is not", "[health]") {
  Server server;
  play_vllm(server);
  auto target = health_runner_test::target();
  std::string waiting(healthy::vllm_page);
  waiting.replace(waiting.find("waiting{engine=\"0\"} 0"), 21, "waiting{engine=\"0\"} 2");
  server.replies["/metrics"] = {healthy::reply(200, waiting)};
  target.earlier = run(server, {target}, {})[0].scrape;
  for (const auto& [page, scrapes] : {std::pair{std::string(healthy::vllm_page), 1U}, std::pair{waiting, 2U}}) {
    server.clock.advance(std::chrono::minutes(5));
    server.replies["/metrics"] = {healthy::reply(200, page)};
    server.requests.clear();
    const auto report = run(server, {target}, {})[0];
    CHECK(server.count("/metrics") == scrapes);
    CHECK(report.outcome("queue")->finding.state == (scrapes == 1 ? health::State::ok : health::State::warn));
  }
}

TEST_CASE("a header of a few letters is no credential, and answers are not torn by it", "[health]") {
  Server server;
  play_vllm(server);
  auto target = health_runner_test::target();
  target.headers.emplace_back("x-team", Secret("a"));
  CHECK(run(server, {target}, {})[0].state() == health::State::ok);
}

TEST_CASE("a metrics page elsewhere is asked there, and is not shown the key", "[health]") {
  Server server;
  play_vllm(server);
  server.replies["/prom"] = server.replies["/metrics"];
  auto target = health_runner_test::target();
  target.metrics_url = *net::parse_url("http://metrics.example:9000/prom");
  CHECK(run(server, {target}, {})[0].outcome("metrics")->finding.state == health::State::ok);
  CHECK(server.count("/prom") == 2);
  for (const auto& request : server.requests) {
    if (request.message.target != "/prom") continue;
    CHECK(request.endpoint->host == "metrics.example");
    CHECK_FALSE(request.message.headers.contains("authorization"));
  }
}

TEST_CASE("a failed connection is tried again, and the report shows it", "[health]") {
  Server server;
  play_vllm(server);
  health::Reply refused;
  refused.error = refusal("cannot connect to llm.example:443: connection refused");
  server.replies["/health/liveliness"] = {refused, healthy::reply(404, "")};
  const auto reports = run(server, {target()}, {});
  CHECK(reports[0].state() == health::State::ok);
  REQUIRE(reports[0].retried.size() == 1);
  CHECK(reports[0].retried[0].message == "cannot connect to llm.example:443: connection refused");
}

TEST_CASE("a target that is down fails at the connection and everything else names it", "[health]") {
  Server server;
  health::Reply refused;
  refused.error = refusal("cannot connect to llm.example:443: connection refused");
  server.replies["/health/liveliness"] = {refused};
  const auto reports = run(server, {target()}, {});
  CHECK(reports[0].outcome("tcp")->finding.state == health::State::crit);
  for (const auto& outcome : reports[0].outcomes) {
    if (outcome.check->id != "tcp" && outcome.check->id != "dns") CHECK(outcome.blocked_by == "tcp");
  }
  CHECK(server.requests.size() == 2);
}

TEST_CASE("a key is not sent over plain http to another machine unless that is allowed", "[health]") {
  Server server;
  play_vllm(server);
  const auto reports = run(server, {target(false)}, {});
  for (const auto& request : server.requests) CHECK_FALSE(request.message.headers.contains("authorization"));
  CHECK(reports[0].outcome("auth")->finding.code == "key_withheld");
  health::RunOptions options;
  options.insecure_http = true;
  CHECK(run(server, {target(false)}, options)[0].outcome("auth")->finding.state == health::State::ok);
}

TEST_CASE("the run's time limit ends a slow target with a verdict", "[health]") {
  Server server;
  play_vllm(server);
  server.slow = std::chrono::milliseconds(700);
  health::RunOptions options;
  options.total = net::milliseconds(1000);
  options.retries = 0;
  const auto reports = run(server, {target()}, options);
  CHECK(server.requests.size() < 4);
  CHECK(reports[0].state() != health::State::ok);
}

TEST_CASE("a server that is silent until the run's time is over is unknown, after its own limit it is crit",
          "[health]") {
  for (const auto& [total, state] : {std::pair{1000, health::State::unknown}, std::pair{60'000, health::State::crit}}) {
    Server server;
    play_vllm(server);
    health::Reply silent;
    silent.error = fail(Errc::timeout, "no answer came within the time limit").error();
    silent.error->fault = NetFault::exchange;
    server.replies["/health/liveliness"] = {silent};
    health::RunOptions options;
    options.total = net::milliseconds(total);
    const auto reports = run(server, {target()}, options);
    CHECK(reports[0].state() == state);
    CHECK(reports[0].outcome("http")->finding.code == (total == 1000 ? "no_time" : "no_answer"));
    CHECK(reports[0].outcome("tcp")->finding.state == health::State::ok);
  }
}

TEST_CASE("a target that the run has no time to ask is not said to be connected", "[health]") {
  Server server;
  play_vllm(server);
  server.slow = std::chrono::milliseconds(2000);
  health::RunOptions options;
  options.total = net::milliseconds(1000);
  options.parallel = 1;
  options.selection.level = 0;
  options.selection.only = {"tcp"};
  auto here = target(false);
  here.endpoint.host = "192.0.2.1";
  const auto reports = run(server, {target(), here}, options);
  CHECK(reports[1].state() == health::State::unknown);
  CHECK(reports[1].outcome("tcp")->finding.code == "no_time");
}

TEST_CASE("targets are checked side by side and reported in order", "[health]") {
  Server server;
  play_vllm(server);
  std::vector<health::Target> targets(5, target());
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].name = std::to_string(i);
  health::RunOptions options;
  options.parallel = 2;
  const auto reports = run(server, targets, options);
  REQUIRE(reports.size() == 5);
  for (std::size_t i = 0; i < reports.size(); ++i) CHECK(reports[i].name == std::to_string(i));
}

TEST_CASE("no report holds the key, whatever the server sends back", "[health]") {
  Server server;
  play_vllm(server);
  server.replies["/v1/models"] = {healthy::reply(401, R"({"error":"the key sk-secret-key is wrong"})")};
  const auto reports = run(server, {target()}, {});
  health::Report report{0, reports, {}};
  for (const auto& format : health::formats()) CHECK_FALSE(format.write(report).contains("sk-secret-key"));
}

}  // namespace health_runner_test
