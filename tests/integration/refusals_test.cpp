// What an upstream's refusal looks like to the client, and which secrets never show in it.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace refusals {

using Catch::Matchers::ContainsSubstring;
using llmgw::test::always;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::roundtrip;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::stream_head;
using llmgw::test::then_close;

constexpr std::string_view whole = R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view streamed =
    R"({"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]})";

TEST_CASE("a refused client sees the rate limits it ran into", "[refusals][req-16]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  ScriptedUpstream upstream(always(http_answer(429, "application/json", R"({"error":{"message":"slow down"}})",
                                               "retry-after: 7\r\nretry-after-ms: 6500\r\nset-cookie: a=b\r\n"
                                               "x-ratelimit-reset-tokens: 6s\r\nserver: secret-engine/1\r\n"
                                               "anthropic-ratelimit-tokens-remaining: 0\r\n")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole);
  CHECK(reply.status == 429);
  CHECK(reply.headers.joined("retry-after") == "7");
  CHECK(reply.headers.get("retry-after-ms") == "6500");
  CHECK(reply.headers.get("x-ratelimit-reset-tokens") == "6s");
  CHECK(reply.headers.get("anthropic-ratelimit-tokens-remaining") == "0");
  CHECK_FALSE(reply.headers.contains("set-cookie"));
  CHECK_FALSE(reply.headers.contains("server"));
}

TEST_CASE("a 4xx whose body is cut keeps its status", "[refusals][req-24]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  ScriptedUpstream upstream(then_close(
      "HTTP/1.1 422 No\r\ncontent-type: text/plain\r\nretry-after: 3\r\ncontent-length: 900\r\n\r\nthe reason is"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole);
  CHECK(reply.status == 422);
  CHECK_THAT(reply.body, ContainsSubstring("the reason is"));
}

TEST_CASE("no error repeats a credential, whichever way it comes", "[refusals][req-29]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  const std::string said = R"({"error":{"message":"no luck with secret-key-123 and secret-header-456"}})";
  const auto answer = GENERATE_COPY(
      http_answer(400, "application/json", said), http_answer(200, "application/json", said),
      stream_head() + "data: " + said + "\n\n",
      stream_head() + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: " + said + "\n\n",
      http_answer(200, "application/json", "secret-key-123 secret-header-456"),
      stream_head() + "data: secret-key-123 secret-header-456\n\n");
  const auto body = GENERATE(whole, streamed);
  ScriptedUpstream upstream(then_close(answer));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("secret-key-123");
  config.models[0].params.headers["x-extra"] = llmgw::Secret("secret-header-456");
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), path, body);
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
  CHECK_THAT(reply.body, !ContainsSubstring("secret-key-123"));
  CHECK_THAT(reply.body, !ContainsSubstring("secret-header-456"));
}

TEST_CASE("a client's own key that the upstream repeats does not come back", "[refusals][req-29]") {
  ScriptedUpstream upstream(
      always(http_answer(401, "application/json", R"({"error":{"message":"bad key the-clients-own"}})")));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("client");
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/messages", whole, "x-api-key: the-clients-own\r\n");
  CHECK(reply.status == 401);
  CHECK_THAT(reply.body, !ContainsSubstring("the-clients-own"));
}

TEST_CASE("the local token is never what a passed-through client key is taken for", "[refusals][req-28]") {
  ScriptedUpstream upstream(always(http_answer(401, "application/json", R"({"error":{"message":"who?"}})")));
  auto config = config_for(upstream.url());
  config.server.auth = llmgw::config::Auth::token;
  config.models[0].params.api_key = llmgw::Secret("client");
  RunningGateway gateway(config, "local-token-1");
  post(gateway.port(), "/v1/messages", whole, "authorization: Bearer local-token-1\r\nx-api-key: the-clients-own\r\n");
  post(gateway.port(), "/v1/messages", whole, "x-api-key: local-token-1\r\n");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK_THAT(requests[0], ContainsSubstring("authorization: Bearer the-clients-own"));
  CHECK_THAT(requests[0], !ContainsSubstring("local-token-1"));
  CHECK_THAT(requests[1], !ContainsSubstring("local-token-1"));
}

TEST_CASE("llmgw's own refused credential is a 502 on passed-through paths as well", "[refusals]") {
  const auto status = GENERATE(401, 403);
  ScriptedUpstream upstream(
      always(http_answer(status, "application/json", R"({"error":{"message":"bad key secret-key-123"}})")));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("secret-key-123");
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/embeddings", R"({"model":"m","input":"x"})");
  CHECK(reply.status == 502);
  CHECK(reply.headers.get("x-should-retry") == "false");
  CHECK_THAT(reply.body, ContainsSubstring("upstream_auth_error"));
  CHECK_THAT(reply.body, !ContainsSubstring("secret-key-123"));
}

TEST_CASE("an upstream without the path of a completion is a 501 that names it", "[refusals]") {
  struct Row {
    int status;
    std::string body;
    int wanted;
  };
  const auto row = GENERATE(Row{404, R"({"detail":"Not Found"})", 501}, Row{501, "", 501},
                            Row{404, R"({"error":{"message":"The model `m` does not exist."}})", 404},
                            Row{404, R"({"error":{"message":"gone","code":"model_not_found"}})", 404});
  ScriptedUpstream upstream(always(http_answer(row.status, "application/json", row.body)));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/completions", R"({"model":"m","prompt":"a"})");
  CHECK(reply.status == row.wanted);
  if (row.wanted != 501) return;
  CHECK_THAT(reply.body, ContainsSubstring("unsupported_endpoint"));
  CHECK_THAT(reply.body, ContainsSubstring("openai_compatible@127.0.0.1"));
}

TEST_CASE("what policies did is told once, however many attempts it took", "[refusals]") {
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    return request.connection.send(
        request.number == 0
            ? http_answer(503, "application/json", "{}", "retry-after: 0\r\n")
            : http_answer(
                  200, "application/json",
                  R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]})"));
  });
  auto config = config_for(upstream.url());
  config.routing.num_retries = 1;
  config.limits.max_output_tokens = 10;
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/chat/completions", whole);
  CHECK(reply.headers.get("x-llmgw-attempts") == "2");
  CHECK(reply.headers.get("x-llmgw-applied") == "max_tokens_capped=10");
}

}  // namespace refusals
