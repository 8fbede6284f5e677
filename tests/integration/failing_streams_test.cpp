// How a stream fails: what the client still gets, in which form, and when.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <future>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace failing_streams {

using Catch::Matchers::ContainsSubstring;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::post_bytes;
using llmgw::test::read_until;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::Socket;
using llmgw::test::stream_head;
using llmgw::test::then_close;
using namespace std::chrono_literals;

constexpr std::string_view streamed =
    R"({"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]})";

/// The way of a request: the client's path, and what the upstream speaks.
struct Way {
  std::string path;
  std::string provider;
};

std::vector<Way> all_ways() {
  return {{"/v1/chat/completions", "openai_compatible"},
          {"/v1/messages", "openai_compatible"},
          {"/v1/chat/completions", "anthropic"},
          {"/v1/messages", "anthropic"}};
}

std::string opening(const Way& way) {
  if (way.provider == "anthropic")
    return "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\","
           "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}"
           "\n\n";
  return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
}

std::string words(const Way& way, std::string_view text) {
  const std::string quoted = "\"" + std::string(text) + "\"";
  if (way.provider == "anthropic")
    return "event: content_block_start\ndata: "
           "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
           "\"text\",\"text\":\"\"}}\n\nevent: content_block_delta\ndata: "
           "{\"type\":\"content_block_delta\",\"index\":0,"
           "\"delta\":{\"type\":\"text_delta\",\"text\":" +
           quoted + "}}\n\n";
  return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":" + quoted + "}}]}\n\n";
}

std::string trouble(const Way& way) {
  if (way.provider == "anthropic")
    return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"engine "
           "died\"}}\n\n";
  return "data: {\"error\":{\"message\":\"engine died\",\"type\":\"server_error\"}}\n\n";
}

/// True when a comment comes, which clients skip; a second is fifty times what the tests' gateways wait with it.
bool client_kept_alive(Socket& client, std::string& seen) {
  while (seen.find("\n:") == std::string::npos) {
    const auto bytes = client.read(1s);
    if (!bytes || bytes->empty()) return false;
    seen += *bytes;
  }
  return true;
}

TEST_CASE("an error that arrives together with the first words takes none of them away", "[failing][req-1][req-20]") {
  const auto way = GENERATE(from_range(all_ways()));
  ScriptedUpstream upstream(then_close(stream_head() + opening(way) + words(way, "half a word") + trouble(way)));
  auto config = config_for(upstream.url(), way.provider);
  config.routing.num_retries = 2;
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), way.path, streamed);
  INFO(way.path << " over " << way.provider);
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.whole);
  const auto said = reply.body.find("half a word");
  const auto failed = reply.body.find("engine died");
  REQUIRE(failed != std::string::npos);
  CHECK(said < failed);
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("an error that follows nothing but the opening of an answer is still an HTTP error", "[failing][req-16]") {
  const auto way = GENERATE(from_range(all_ways()));
  ScriptedUpstream upstream(then_close(stream_head() + opening(way) + trouble(way)));
  RunningGateway gateway(config_for(upstream.url(), way.provider));
  const auto reply = post(gateway.port(), way.path, streamed);
  INFO(way.path << " over " << way.provider);
  CHECK(reply.status >= 500);
  CHECK(reply.whole);
  CHECK_THAT(reply.body, ContainsSubstring("engine died"));
}

TEST_CASE("an upstream that falls silent in mid stream runs into its time limit, keep-alives or not", "[failing]") {
  const auto way = GENERATE(from_range(all_ways()));
  std::promise<void> over;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + opening(way) + words(way, "first"));
    over.get_future().wait_for(llmgw::test::patience);
    return false;
  });
  auto config = config_for(upstream.url(), way.provider);
  config.server.keepalive = 20ms;
  config.server.stream_read_timeout = 200ms;
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(way.path, streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "first"));
  const auto limit = std::chrono::steady_clock::now() + 5s;
  while (seen.find("\"error\"") == std::string::npos && std::chrono::steady_clock::now() < limit) {
    const auto bytes = client.read();
    if (!bytes || bytes->empty()) break;
    seen += *bytes;
  }
  over.set_value();
  CHECK_THAT(seen, ContainsSubstring("\"error\""));
  CHECK_THAT(seen, ContainsSubstring("time limit"));
}

TEST_CASE("a client is kept alive while the gateway waits for its next attempt", "[failing][req-15]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  std::promise<void> alive;
  auto seen_alive = alive.get_future();
  bool in_time = false;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    if (request.number == 0)
      return request.connection.send(http_answer(503, "application/json", "{}", "retry-after: 1\r\n"));
    in_time = seen_alive.wait_for(0s) == std::future_status::ready;
    request.connection.send(stream_head() + words({}, "fine") + "data: [DONE]\n\n");
    return false;
  });
  auto config = config_for(upstream.url());
  config.server.keepalive = 20ms;
  config.routing.num_retries = 1;
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "\n:"));
  alive.set_value();
  CHECK(read_until(client, seen, "fine"));
  CHECK(in_time);
}

TEST_CASE("a client is kept alive while an answer that is no stream comes in", "[failing][req-15]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  const bool typed = GENERATE(true, false);
  // DeepSeek keeps whole answers alive with empty lines before the JSON (api-docs.deepseek.com, "Rate Limit").
  const std::string body =
      "\n\n"
      R"({"id":"c","object":"chat.completion","choices":[{"index":0,"finish_reason":"stop",)"
      R"("message":{"role":"assistant","content":"whole words"}}]})";
  auto answer = http_answer(200, "application/json", body);
  if (!typed) answer.replace(answer.find("application/json"), std::string_view("application/json").size(), "");
  std::promise<void> alive;
  auto seen_alive = alive.get_future();
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    const auto begun = answer.find("\r\n\r\n") + 5;
    request.connection.send(answer.substr(0, begun));
    seen_alive.wait_for(llmgw::test::patience);
    request.connection.send(answer.substr(begun));
    return false;
  });
  auto config = config_for(upstream.url());
  config.server.keepalive = 20ms;
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  std::string seen;
  INFO(path << (typed ? " with" : " without") << " a content type");
  CHECK(client_kept_alive(client, seen));
  alive.set_value();
  CHECK(read_until(client, seen, "whole words"));
}

TEST_CASE("a shutdown is told as what it is, inside a stream and before one", "[failing][req-32]") {
  const bool begun = GENERATE(true, false);
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  std::promise<void> over;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    if (begun) request.connection.send(stream_head() + words({}, "first"));
    over.get_future().wait_for(llmgw::test::patience);
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  REQUIRE(upstream.wait_requests(1));
  std::string seen;
  if (begun) REQUIRE(read_until(client, seen, "first"));
  gateway.worker().drain(1ms);
  CHECK(read_until(client, seen, "shutting down"));
  if (!begun) CHECK_THAT(seen, ContainsSubstring("HTTP/1.1 503") || ContainsSubstring("HTTP/1.1 529"));
  CHECK_THAT(seen, !ContainsSubstring("client_disconnect"));
  CHECK_THAT(gateway.metrics_page(), ContainsSubstring("llmgw_client_disconnects_total 0"));
  over.set_value();
}

TEST_CASE("a streamed estimate of usage is counted like a told one", "[failing][req-14]") {
  ScriptedUpstream upstream(
      then_close(stream_head() + words({}, "some words that nobody counted") +
                 "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/messages", streamed);
  CHECK_THAT(reply.body, ContainsSubstring("message_stop"));
  gateway.wait_idle();
  CHECK_THAT(gateway.metrics_page(), !ContainsSubstring("llmgw_tokens_total{kind=\"output\"} 0"));
}

}  // namespace failing_streams
