// A client that goes away: the upstream must notice at once, in every phase of a request.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace client_leaves_test {

using Catch::Matchers::ContainsSubstring;
using llmgw::test::config_for;
using llmgw::test::post_bytes;
using llmgw::test::read_until;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::Socket;
using llmgw::test::stream_head;
using namespace std::chrono_literals;

constexpr std::string_view streamed =
    R"({"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view whole = R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";

/// An upstream that sends `opening` and then waits for the gateway to hang up, and tells whether it did.
struct Waiting {
  explicit Waiting(std::string opening)
      : upstream([this, opening = std::move(opening)](ScriptedUpstream::Request& request) {
          request.connection.send(opening);
          closed.set_value(request.connection.wait_closed());
          closed_at = std::chrono::steady_clock::now();
          return false;
        }) {}
  std::promise<bool> closed;
  std::chrono::steady_clock::time_point closed_at;
  ScriptedUpstream upstream;
};

TEST_CASE("the upstream is dropped when the client leaves before any answer", "[leaves][req-2]") {
  const auto body = GENERATE(streamed, whole);
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  Waiting waiting("");
  RunningGateway gateway(config_for(waiting.upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, body));
  REQUIRE(waiting.upstream.wait_requests(1));
  client.close();
  auto closed = waiting.closed.get_future();
  REQUIRE(closed.wait_for(llmgw::test::patience) == std::future_status::ready);
  CHECK(closed.get());
}

TEST_CASE("the upstream is dropped when the client leaves after the head", "[leaves][req-2]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  Waiting waiting(stream_head());
  RunningGateway gateway(config_for(waiting.upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  REQUIRE(waiting.upstream.wait_requests(1));
  client.reset();
  auto closed = waiting.closed.get_future();
  REQUIRE(closed.wait_for(llmgw::test::patience) == std::future_status::ready);
  CHECK(closed.get());
}

TEST_CASE("the upstream is dropped when the client leaves in mid stream", "[leaves][req-2]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  Waiting waiting(stream_head() +
                  "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first\"}}]}\n\n");
  RunningGateway gateway(config_for(waiting.upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "first"));
  client.close();
  auto closed = waiting.closed.get_future();
  REQUIRE(closed.wait_for(llmgw::test::patience) == std::future_status::ready);
  CHECK(closed.get());
}

TEST_CASE("a client that leaves while the gateway waits to retry ends the waiting", "[leaves][req-2]") {
  ScriptedUpstream upstream(
      llmgw::test::always(llmgw::test::http_answer(503, "application/json", "{}", "retry-after: 50\r\n")));
  auto config = config_for(upstream.url());
  config.routing.num_retries = 3;
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes("/v1/chat/completions", whole));
  REQUIRE(upstream.wait_requests(1));
  client.close();
  const auto started = std::chrono::steady_clock::now();
  while (gateway.metrics_page().find("llmgw_requests_in_flight 0") == std::string::npos) {
    REQUIRE(std::chrono::steady_clock::now() - started < llmgw::test::patience);
    std::this_thread::yield();
  }
  CHECK_THAT(gateway.metrics_page(), ContainsSubstring("llmgw_client_disconnects_total 1"));
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("a client's leaving counts as its own outcome, not as the upstream's failure", "[leaves][req-3]") {
  Waiting waiting(stream_head());
  RunningGateway gateway(config_for(waiting.upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes("/v1/chat/completions", streamed));
  REQUIRE(waiting.upstream.wait_requests(1));
  client.close();
  REQUIRE(waiting.closed.get_future().wait_for(llmgw::test::patience) == std::future_status::ready);
  const auto started = std::chrono::steady_clock::now();
  while (gateway.metrics_page().find("outcome=\"cancelled\"} 1") == std::string::npos) {
    REQUIRE(std::chrono::steady_clock::now() - started < llmgw::test::patience);
    std::this_thread::yield();
  }
  CHECK_THAT(gateway.metrics_page(),
             !ContainsSubstring("llmgw_upstream_attempts_total{outcome=\"upstream_protocol\"} 1"));
}

}  // namespace client_leaves_test
