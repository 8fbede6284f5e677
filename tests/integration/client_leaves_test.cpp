// A client that goes away: the upstream must notice at once, in every phase of a request.
#include <algorithm>
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

using Clock = std::chrono::steady_clock;

/// An upstream that sends `opening` and then waits for the gateway to hang up, and tells when it did.
struct Waiting {
  explicit Waiting(std::string opening)
      : upstream([this, opening = std::move(opening)](ScriptedUpstream::Request& request) {
          request.connection.send(opening);
          const bool gone = request.connection.wait_closed();
          closed.set_value(gone ? Clock::now() : Clock::time_point::max());
          return false;
        }) {}
  std::promise<Clock::time_point> closed;
  ScriptedUpstream upstream;
};

/// A request that a client sends and then leaves: what the upstream has said by then, and what the client has seen.
struct Visit {
  std::string opening;
  std::string_view path;
  std::string_view body;
  std::string_view seen = "";
  bool reset = false;
};

/// From the client's leaving to the moment at which the upstream sees its connection close.
Clock::duration time_to_close(const Visit& visit) {
  Waiting waiting(visit.opening);
  RunningGateway gateway(config_for(waiting.upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(visit.path, visit.body));
  REQUIRE(waiting.upstream.wait_requests(1));
  std::string seen;
  REQUIRE(read_until(client, seen, visit.seen));
  const auto left = Clock::now();
  if (visit.reset) {
    client.reset();
  } else {
    client.close();
  }
  return waiting.closed.get_future().get() - left;
}

/// The shortest of a few: a busy machine may delay any one of them.
Clock::duration shortest_time_to_close(const Visit& visit) {
  auto shortest = time_to_close(visit);
  for (int more = 0; more < 4 && shortest > 50ms; ++more) shortest = std::min(shortest, time_to_close(visit));
  return shortest;
}

TEST_CASE("the upstream is dropped within 50 ms when the client leaves before any answer", "[leaves][req-2]") {
  const auto body = GENERATE(streamed, whole);
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  const bool reset = GENERATE(false, true);
  CHECK(shortest_time_to_close({"", path, body, "", reset}) <= 50ms);
}

TEST_CASE("the upstream is dropped within 50 ms when the client leaves after the head", "[leaves][req-2]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  CHECK(shortest_time_to_close({stream_head(), path, streamed}) <= 50ms);
}

TEST_CASE("the upstream is dropped within 50 ms when the client leaves inside a whole answer", "[leaves][req-2]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  const std::string half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"id\":";
  CHECK(shortest_time_to_close({half, path, whole}) <= 50ms);
}

TEST_CASE("the upstream is dropped within 50 ms when the client leaves in mid stream", "[leaves][req-2]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  const std::string first =
      stream_head() + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first\"}}]}\n\n";
  CHECK(shortest_time_to_close({first, path, streamed, "first"}) <= 50ms);
}

TEST_CASE("the upstream is dropped within 50 ms when the client leaves a passed-through path", "[leaves][req-2]") {
  CHECK(shortest_time_to_close({"", "/v1/embeddings", R"({"model":"m","input":"x"})"}) <= 50ms);
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
  waiting.closed.get_future().wait();
  const auto started = std::chrono::steady_clock::now();
  while (gateway.metrics_page().find("outcome=\"cancelled\"} 1") == std::string::npos) {
    REQUIRE(std::chrono::steady_clock::now() - started < llmgw::test::patience);
    std::this_thread::yield();
  }
  CHECK_THAT(gateway.metrics_page(),
             !ContainsSubstring("llmgw_upstream_attempts_total{outcome=\"upstream_protocol\"} 1"));
}

}  // namespace client_leaves_test
