// What somebody without a token, with a wrong Host or with a broken request costs, and what is told of it.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace strangers {

using Catch::Matchers::ContainsSubstring;
using namespace llmgw::test;

constexpr std::string_view chat = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";

llmgw::config::Config guarded(const ScriptedUpstream& upstream) {
  auto config = config_for(upstream.url());
  config.server.auth = llmgw::config::Auth::token;
  return config;
}

ScriptedUpstream::Script no_upstream() { return always(http_answer(500, "application/json", "{}")); }

TEST_CASE("a request without a token is refused before its body is read", "[server]") {
  ScriptedUpstream upstream(no_upstream());
  RunningGateway gateway(guarded(upstream), "right-token");
  const auto more = GENERATE("", "expect: 100-continue\r\n", "content-encoding: gzip\r\n");
  auto socket = Socket::connect(gateway.port());
  // Thirty megabytes are announced and none of them sent.
  socket.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 31457280\r\n" +
              std::string(more) + "\r\n");
  std::string seen;
  CHECK(read_until(socket, seen, "authentication_error"));
  CHECK_THAT(seen, ContainsSubstring("HTTP/1.1 401") && !ContainsSubstring("100 Continue"));
  CHECK(socket.wait_closed());
  CHECK(upstream.requests().empty());
}

TEST_CASE("the compressed body of a stranger is not unpacked", "[server]") {
  ScriptedUpstream upstream(no_upstream());
  RunningGateway gateway(guarded(upstream), "right-token");
  const auto reply = post(gateway.port(), "/v1/chat/completions", "this is no gzip", "content-encoding: gzip\r\n");
  CHECK(reply.status == 401);
}

TEST_CASE("whoever may ask has the whole body read", "[server]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", R"({"choices":[]})")));
  RunningGateway gateway(guarded(upstream), "right-token");
  const auto bytes = post_bytes("/v1/embeddings", R"({"model":"m","input":")" + std::string(100'000, 'x') + "\"}",
                                "authorization: Bearer right-token\r\n");
  CHECK(roundtrip(gateway.port(), bytes).status == 200);
  REQUIRE(upstream.requests().size() == 1);
  CHECK(upstream.requests().front().size() > 100'000);
}

TEST_CASE("requests that break HTTP are counted", "[server]") {
  ScriptedUpstream upstream(no_upstream());
  RunningGateway gateway(config_for(upstream.url()));
  CHECK(roundtrip(gateway.port(), "POST / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n").status == 400);
  gateway.wait_idle();
  CHECK_THAT(gateway.metrics_page(),
             ContainsSubstring(R"(llmgw_requests_total{endpoint="other",outcome="invalid_request"} 1)"));
}

TEST_CASE("TRACE does not reach an upstream, which would echo the key", "[server]") {
  ScriptedUpstream upstream(no_upstream());
  RunningGateway gateway(config_for(upstream.url()));
  const auto method = GENERATE("TRACE", "BREW");
  const auto reply = roundtrip(gateway.port(), std::string(method) + " /v1/files HTTP/1.1\r\nhost: localhost\r\n\r\n");
  CHECK(reply.status == 501);
  CHECK_THAT(reply.body, ContainsSubstring("the method " + std::string(method) + " is not served"));
  CHECK(upstream.requests().empty());
}

TEST_CASE("the name of a model cannot fill log and memory", "[server]") {
  ScriptedUpstream upstream(no_upstream());
  RunningGateway gateway(config_for(upstream.url()));
  const std::string name(1025, 'x');
  const auto path = GENERATE("/v1/chat/completions", "/v1/embeddings");
  const auto reply = post(gateway.port(), path, R"({"model":")" + name + R"(","messages":[]})");
  CHECK(reply.status == 400);
  CHECK_THAT(reply.body,
             ContainsSubstring("longer than 1024 bytes") && ContainsSubstring("\"model\"") && !ContainsSubstring(name));
}

TEST_CASE("a server answers to the address it was told to listen on", "[server]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", R"({"data":[]})")));
  auto config = config_for(upstream.url());
  config.server.listen = {"127.0.0.7:0", "[::1]:0", "/tmp/some.sock"};
  RunningGateway gateway(std::move(config));
  const auto asked = [&](const std::string& host) {
    return roundtrip(gateway.port(), "GET /v1/files HTTP/1.1\r\nhost: " + host + "\r\n\r\n").status;
  };
  CHECK(asked("127.0.0.7:4000") == 200);
  CHECK(asked("127.0.0.8:4000") == 421);
}

}  // namespace strangers
