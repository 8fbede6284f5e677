#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "core/health/answer.h"
#include "core/health/runner.h"
#include "healthy.h"
#include "support/path_server.h"

namespace health_probing_test {

using namespace llmgw;
using namespace std::chrono_literals;

using Server = path_server::Server;

constexpr auto chat_path = "/v1/chat/completions";

/// An engine that serves a chat model and streams a token every 100 ms.
Server engine() {
  Server server;
  server.replies["/health"] = {healthy::reply(200, "")};
  server.replies["/version"] = {healthy::reply(200, R"({"version":"0.24.1"})")};
  server.replies["/v1/models"] = {healthy::reply(200, R"({"data":[{"id":"m","max_model_len":64}]})")};
  server.replies["/metrics"] = {healthy::reply(200, healthy::vllm_page)};
  server.replies[chat_path] = {healthy::reply(
      200,
      R"({"choices":[{"message":{"content":"pong"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":1}})")};
  auto& pieces = server.streams[chat_path];
  for (const auto* word : {"1", "2", "3", "4", "5", "6"}) {
    pieces.push_back({100ms, R"(data: {"choices":[{"delta":{"content":")" + std::string(word) + "\"}}]}\n\n"});
  }
  pieces.push_back({0ms,
                    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":6}}\n\n"
                    "data: [DONE]\n\n"});
  return server;
}

health::Target target(std::string_view kind = "vllm") {
  health::Target target;
  target.name = "engine";
  target.url = "https://llm.example/v1";
  target.endpoint.tls = true;
  target.endpoint.host = "llm.example";
  target.endpoint.port = 443;
  target.api_path = "/v1";
  target.kind = health::find_kind(kind);
  target.key = Secret("sk-secret-key");
  return target;
}

health::RunOptions options(int level, std::vector<std::string_view> only = {}) {
  health::RunOptions options;
  options.selection.level = level;
  options.selection.only = std::move(only);
  options.total = 600s;
  return options;
}

health::TargetReport run(Server& server, const health::Target& target, const health::RunOptions& options) {
  boost::asio::io_context io(1);
  return test::run(io, health::run({server, server.clock, {}}, {target}, options)).front();
}

const health::Finding& finding(const health::TargetReport& report, std::string_view check) {
  return report.outcome(check)->finding;
}

TEST_CASE("level 3 asks for one answer and one stream, and tells what they cost", "[health]") {
  auto server = engine();
  const auto report = run(server, target(), options(3));
  CHECK(finding(report, "chat").state == health::State::ok);
  const auto& stream = finding(report, "stream");
  CAPTURE(stream.message);
  CHECK(stream.state == health::State::ok);
  CHECK(stream.figure("ttft")->value == 0.1);
  CHECK(server.count(chat_path) == 2);
  CHECK(report.spent.requests == 2);
  CHECK(report.spent.prompt_tokens == 29);
  CHECK(report.spent.completion_tokens == 7);
  CHECK_FALSE(report.spent.usd_at_most);
  CHECK(finding(report, "embed").code == "not_applicable");
}

TEST_CASE("the report tells how long the questions of a check took", "[health]") {
  auto server = engine();
  server.slow = 50ms;
  const auto report = run(server, target(), options(3));
  CHECK(report.outcome("http")->seconds == 0.05);
  CHECK(report.outcome("chat")->seconds == 0.05);
  CHECK(report.outcome("stream")->seconds > 0.6);
  CHECK_FALSE(report.outcome("dns")->seconds);
  CHECK_FALSE(report.outcome("kv")->seconds);
  const auto text = health::rendering::json({0, {report}, {}});
  CHECK(text.contains("\"ms\":50"));
}

TEST_CASE("level 2 asks no model anything", "[health]") {
  auto server = engine();
  const auto report = run(server, target(), options(2));
  CHECK(server.count(chat_path) == 0);
  CHECK(report.spent.requests == 0);
}

TEST_CASE("a check chosen by name brings along only what it leans on", "[health]") {
  auto server = engine();
  const auto report = run(server, target(), options(0, {"stream"}));
  CHECK(report.outcomes.size() == 1);
  CHECK(server.count(chat_path) == 1);
  CHECK(server.requests.back().message.headers.contains("authorization"));
}

TEST_CASE("a check that reads another one's answer has that one asked", "[health]") {
  for (const auto* check : {"fallback", "ratelimit-headers"}) {
    CAPTURE(check);
    auto server = engine();
    server.replies["/health/liveliness"] = {healthy::reply(200, "\"I'm alive!\"")};
    server.replies["/health/readiness"] = {healthy::reply(200, R"({"status":"healthy","db":"Not connected"})")};
    auto chat = server.replies[chat_path].front();
    chat.headers.set("x-litellm-attempted-fallbacks", "1");
    chat.headers.set("x-ratelimit-limit-requests", "100");
    chat.headers.set("x-ratelimit-remaining-requests", "1");
    server.replies[chat_path] = {chat};
    auto only = options(0, {check});
    only.expectations.cost_limit_usd = 1;
    const auto report = run(server, target("litellm"), only);
    CHECK(server.count(chat_path) == 1);
    CHECK(finding(report, check).state == health::State::warn);
  }
}

TEST_CASE("an engine that sleeps is asked nothing, whichever checks were chosen and whichever page tells", "[health]") {
  for (const auto* check : {"chat", "stream", "anthropic"}) {
    for (const bool by_page : {true, false}) {
      CAPTURE(check, by_page);
      auto server = engine();
      server.replies["/v1/messages"] = server.replies[chat_path];
      if (by_page) {
        server.replies["/metrics"] = {healthy::reply(200, "vllm:engine_sleep_state{sleep_state=\"discard_all\"} 1\n")};
      } else {
        server.replies["/is_sleeping"] = {healthy::reply(200, R"({"is_sleeping":true})")};
      }
      auto only = options(0, {check});
      only.expectations.allow_load = true;
      const auto report = run(server, target(), only);
      CHECK(server.count(chat_path) + server.count("/v1/messages") == 0);
      CHECK(finding(report, check).code == "would_load");
    }
  }
}

TEST_CASE("a server that fails its first question is asked nothing that leans on it", "[health]") {
  auto server = engine();
  server.replies[chat_path] = {healthy::reply(500, "out of memory")};
  server.streams.clear();
  const auto report = run(server, target(), options(4, {"tools", "json", "ctx-limit"}));
  CHECK(server.count(chat_path) == 1);
  CHECK(report.outcome("tools")->blocked_by == "chat");
  CHECK(finding(report, "chat").code == "request_failed");
}

TEST_CASE("a stream that is left is closed, and the target has rest before its page is read", "[health]") {
  auto server = engine();
  std::string busy(healthy::vllm_page);
  const auto begin = server.clock.now_ns();
  const auto report = run(server, target(), options(4, {"cancel"}));
  CHECK(finding(report, "cancel").state == health::State::ok);
  CHECK(server.left == 1);
  CHECK(server.clock.now_ns() - begin > 6'000'000'000);
  CHECK(server.requests.back().message.target == "/metrics");
}

TEST_CASE("what was asked of a hosted model stays below the limit", "[health]") {
  auto server = engine();
  auto limited = options(3, {"chat", "stream"});
  limited.expectations.cost_limit_usd = 0.003;
  const auto report = run(server, target("openai"), limited);
  CHECK(finding(report, "chat").state == health::State::ok);
  CHECK(finding(report, "stream").code == "cost_limit");
  CHECK(server.count(chat_path) == 1);
  REQUIRE(report.spent.usd_at_most);
  CHECK(*report.spent.usd_at_most < 0.003);
  const auto unasked = run(server, target("openai"), options(3, {"chat"}));
  CHECK(finding(unasked, "chat").code == "would_spend");
  CHECK(unasked.state() == health::State::ok);
}

/// A run of `chat` against a hosted model that fails that way.
health::TargetReport hosted_failure(NetFault fault, Errc code) {
  auto server = engine();
  health::Reply failed;
  failed.error = fail(code, "it failed").error();
  failed.error->fault = fault;
  server.replies[chat_path] = {failed};
  auto limited = options(3, {"chat"});
  limited.expectations.cost_limit_usd = 1;
  return run(server, target("openai"), limited);
}

TEST_CASE("a question that ran into its time limit on the way counts towards the cost, one without connection not",
          "[health]") {
  const auto late = hosted_failure(NetFault::exchange, Errc::timeout);
  CHECK(late.spent.requests == 1);
  CHECK(late.spent.prompt_tokens > 0);
  REQUIRE(late.spent.usd_at_most);
  CHECK(*late.spent.usd_at_most > 0.001);
  const auto refused = hosted_failure(NetFault::connect, Errc::network);
  CHECK(refused.spent.requests == 0);
  CHECK(refused.spent.usd_at_most.value_or(0) == 0);
}

TEST_CASE("an exporter beside the server is asked without the server's key", "[health]") {
  auto server = engine();
  server.replies["/gpu"] = {
      healthy::reply(200, "DCGM_FI_DEV_GPU_TEMP{gpu=\"0\",UUID=\"GPU-a\",modelName=\"L4\"} 40\n")};
  auto target = health_probing_test::target();
  target.dcgm_url = *net::parse_url("http://gpu.example:9400/gpu");
  const auto report = run(server, target, options(4, {"gpu"}));
  CHECK(finding(report, "gpu").state == health::State::ok);
  CHECK(server.requests.back().endpoint->host == "gpu.example");
  CHECK_FALSE(server.requests.back().message.headers.contains("authorization"));
}

std::vector<health::TargetReport> run_here(Server& server, const std::vector<health::Target>& targets, int& readings) {
  const auto read = [&readings]() -> Result<gpu::Snapshot> {
    ++readings;
    gpu::Snapshot host;
    host.gpus.emplace_back();
    return host;
  };
  const auto only = options(4, {"gpu"});
  boost::asio::io_context io(1);
  return test::run(io, health::run({server, server.clock, read}, targets, only));
}

TEST_CASE("this machine's GPUs are read once in a run, for engines that work on them", "[health]") {
  auto server = engine();
  auto here = target();
  here.endpoint.host = "127.0.0.1";
  auto gateway = here;
  gateway.kind = health::find_kind("litellm");
  auto tunnel = here;
  tunnel.gpu_host = "gpu.example";
  server.replies["/health/liveliness"] = {healthy::reply(200, "\"I'm alive!\"")};
  int readings = 0;
  const auto reports = run_here(server, {here, here, gateway, tunnel}, readings);
  CHECK(readings == 1);
  for (const auto* engines : {&reports[0], &reports[1]}) CHECK(finding(*engines, "gpu").code != "not_applicable");
  for (const auto* others : {&reports[2], &reports[3]}) CHECK(finding(*others, "gpu").code == "not_applicable");
  static_cast<void>(run_here(server, {gateway, tunnel}, readings));
  CHECK(readings == 1);
}

TEST_CASE("an answer that quotes the key is reported without it", "[health]") {
  auto server = engine();
  server.replies[chat_path] = {
      healthy::reply(200, R"({"choices":[{"message":{"content":"sk-secret-key"},"finish_reason":"stop"}]})")};
  const auto report = run(server, target(), options(3, {"chat"}));
  CHECK(finding(report, "chat").message.contains("[redacted]"));
}

TEST_CASE("no part of the key is left where what a server said is cut", "[health]") {
  const auto [status, padding] = GENERATE(table<int, std::size_t>({{200, 40}, {500, 150}, {400, 155}}));
  CAPTURE(status, padding);
  auto server = engine();
  const std::string said = std::string(padding, 'a') + "sk-secret-key";
  const auto answer = R"({"choices":[{"message":{"content":")" + said + R"("},"finish_reason":"stop"}]})";
  server.replies[chat_path] = {healthy::reply(status, status == 200 ? answer : said)};
  const auto report = run(server, target(), options(3, {"chat"}));
  CHECK_FALSE(finding(report, "chat").message.contains("sk-s"));
  CHECK(finding(report, "chat").message.contains("aaaa"));
}

TEST_CASE("a key that a stream sends in pieces is not quoted", "[health]") {
  const auto target = health_probing_test::target();
  health::Exchange exchange{.question = {.path = "{api}/x", .streamed = true}, .reply = {}, .target = &target};
  exchange.reply.status = 200;
  for (const auto* piece : {"it is sk-se", "cret-key"}) {
    exchange.reply.body += R"(data: {"choices":[{"delta":{"content":")" + std::string(piece) + "\"}}]}\n\n";
  }
  exchange.reply.body += "data: sk-secret-key is no JSON\n\n";
  exchange.arrivals = {{0.1, exchange.reply.body.size()}};
  const auto answer = health::read_chat(exchange);
  CHECK(answer.text == "it is [redacted]");
  CHECK(answer.trouble.contains("[redacted]"));
}

TEST_CASE("llmgw is known by its metrics, and asked for nothing that it does not have", "[health]") {
  Server server;
  server.replies["/health"] = {healthy::reply(200, "{}")};
  server.replies["/metrics"] = {healthy::reply(200, "llmgw_build_info{version=\"1\"} 1\n")};
  server.replies["/livez"] = server.replies["/readyz"] = {healthy::reply(200, "ok")};
  auto unknown = target();
  unknown.kind = nullptr;
  const auto report = run(server, unknown, options(1));
  CHECK(report.kind == "llmgw");
  for (const auto* path : {"/props", "/info", "/api/version", "/v2", "/get_server_info"})
    CHECK(server.count(path) == 0);
}

}  // namespace health_probing_test
