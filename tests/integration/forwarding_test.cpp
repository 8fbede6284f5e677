// What reaches the upstream: bytes, headers, credentials, names.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace forwarding_test {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using llmgw::test::always;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::post_bytes;
using llmgw::test::roundtrip;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;

const std::string& good_answer() {
  static const std::string text = http_answer(
      200, "application/json",
      R"({"id":"c","object":"chat.completion","created":1,"model":"up","x": 1.50,"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})",
      "x-ratelimit-remaining-requests: 9\r\nset-cookie: a=b\r\nserver: secret-engine/1\r\n");
  return text;
}

std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

TEST_CASE("a same-format request arrives byte for byte, unknown members and number spelling included",
          "[forwarding][req-22]") {
  ScriptedUpstream upstream(always(good_answer()));
  RunningGateway gateway(config_for(upstream.url()));
  const std::string body =
      "{ \"model\" : \"m\",\n \"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\"}], \"new_field\": "
      "{\"b\":1e-7,\"a\":12345678901234567890}, \"temperature\":1.0 }";
  const auto reply = post(gateway.port(), "/v1/chat/completions?beta=true&key=k", body);
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("\"x\": 1.50"));
  REQUIRE(upstream.requests().size() == 1);
  CHECK(body_of(upstream.requests()[0]) == body);
  CHECK_THAT(upstream.requests()[0], ContainsSubstring("POST /v1/chat/completions?beta=true HTTP/1.1"));
}

TEST_CASE("a renamed model changes the name alone, and the answer says the name that was asked for", "[forwarding]") {
  ScriptedUpstream upstream(always(good_answer()));
  auto config = config_for(upstream.url());
  config.alias.map["pretty"] = "up";
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/chat/completions", R"({"messages":[], "model": "Pretty", "z":0.10})");
  CHECK(body_of(upstream.requests()[0]) == R"({"messages":[], "model": "up", "z":0.10})");
  CHECK_THAT(reply.body, ContainsSubstring("\"model\":\"Pretty\",\"x\": 1.50"));
  CHECK(reply.headers.get("x-llmgw-applied") == "alias=up");
}

TEST_CASE("client credentials, cookies and hop-by-hop headers never reach the upstream", "[forwarding][req-28]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  ScriptedUpstream upstream(always(good_answer()));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("upstream-key");
  RunningGateway gateway(config, "");
  post(gateway.port(), path, R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})",
       "Authorization: Bearer client-secret\r\nx-api-key: client-secret\r\napi-key: client-secret\r\nCookie: "
       "c=client-secret\r\n"
       "TE: trailers\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\nX-Conversation-Id: 7\r\n"
       "sec-fetch-mode: cors\r\nx-llmgw-strict: 0\r\nKeep-Alive: 5\r\n");
  REQUIRE(upstream.requests().size() == 1);
  const auto request = upstream.requests().at(0);
  CHECK_THAT(request, !ContainsSubstring("client-secret"));
  CHECK_THAT(request, ContainsSubstring("Bearer upstream-key"));
  for (const auto* name : {"\r\nte:", "forwarded", "onversation", "sec-fetch", "x-llmgw", "eep-alive", "ookie"}) {
    CHECK_THAT(request, !ContainsSubstring(name, Catch::CaseSensitive::No));
  }
}

TEST_CASE("vendor headers travel on the same format only", "[forwarding][req-28]") {
  ScriptedUpstream upstream(always(good_answer()));
  RunningGateway gateway(config_for(upstream.url()));
  constexpr std::string_view headers = "x-stainless-lang: js\r\nanthropic-beta: a,b\r\ntraceparent: 00-1\r\n";
  const std::string body = R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})";
  post(gateway.port(), "/v1/chat/completions", body, headers);
  post(gateway.port(), "/v1/messages", body, headers);
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK_THAT(requests[0], ContainsSubstring("x-stainless-lang: js"));
  CHECK_THAT(requests[1], !ContainsSubstring("x-stainless-lang"));
  CHECK_THAT(requests[1], !ContainsSubstring("anthropic-beta"));
  CHECK_THAT(requests[1], ContainsSubstring("traceparent: 00-1"));
}

TEST_CASE("a Messages upstream gets the version it requires, and a native client's own one", "[forwarding]") {
  ScriptedUpstream upstream(always(good_answer()));
  auto config = config_for(upstream.url());
  config.models[0].params.provider = "anthropic";
  config.models[0].params.api_key = llmgw::Secret("k");
  RunningGateway gateway(config);
  const std::string body = R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})";
  post(gateway.port(), "/v1/chat/completions", body);
  post(gateway.port(), "/v1/messages", body, "anthropic-version: 2030-01-01\r\n");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK_THAT(requests[0], ContainsSubstring("anthropic-version: 2023-06-01\r\n"));
  CHECK_THAT(requests[1], ContainsSubstring("anthropic-version: 2030-01-01\r\n"));
  CHECK_THAT(requests[1], !ContainsSubstring("2023-06-01"));
}

TEST_CASE("the client sees rate limits and its request id, but nothing else of the upstream", "[forwarding]") {
  ScriptedUpstream upstream(always(good_answer()));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply =
      post(gateway.port(), "/v1/messages", R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})",
           "x-request-id: mine-1\r\n");
  CHECK(reply.headers.get("x-ratelimit-remaining-requests") == "9");
  CHECK(reply.headers.get("x-request-id") == "mine-1");
  CHECK(reply.headers.get("request-id") == "mine-1");
  CHECK_FALSE(reply.headers.contains("set-cookie"));
  CHECK_FALSE(reply.headers.contains("server"));
}

TEST_CASE("a passed-through client key reaches the upstream in its own header", "[forwarding]") {
  ScriptedUpstream upstream(always(http_answer(401, "application/json", R"({"error":{"message":"who?"}})")));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("client");
  RunningGateway gateway(config);
  const auto reply =
      post(gateway.port(), "/v1/messages", R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})",
           "x-api-key: the-clients-own\r\n");
  CHECK_THAT(upstream.requests()[0], ContainsSubstring("authorization: Bearer the-clients-own"));
  CHECK(reply.status == 401);
}

TEST_CASE("a client's Bearer token stays one for a Messages upstream", "[forwarding][req-28]") {
  ScriptedUpstream upstream(always(
      http_answer(200, "application/json",
                  R"({"id":"a","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn",)"
                  R"("usage":{"input_tokens":1,"output_tokens":1}})")));
  auto config = config_for(upstream.url(), "anthropic");
  config.models[0].params.api_key = llmgw::Secret("client");
  RunningGateway gateway(config);
  const std::string body = R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";
  post(gateway.port(), "/v1/messages", body, "authorization: Bearer sk-ant-oat01-token\r\n");
  post(gateway.port(), "/v1/messages", body, "x-api-key: sk-ant-api03-key\r\n");
  post(gateway.port(), "/v1/chat/completions", body, "authorization: Bearer sk-ant-api03-key\r\n");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 3);
  CHECK_THAT(requests[0], ContainsSubstring("authorization: Bearer sk-ant-oat01-token\r\n"));
  CHECK_THAT(requests[0], !ContainsSubstring("x-api-key"));
  CHECK_THAT(requests[1], ContainsSubstring("x-api-key: sk-ant-api03-key\r\n"));
  CHECK_THAT(requests[2], ContainsSubstring("x-api-key: sk-ant-api03-key\r\n"));
}

TEST_CASE("the volatile billing text of Claude Code does not reach other servers", "[forwarding][req-21]") {
  ScriptedUpstream upstream(always(good_answer()));
  RunningGateway gateway(config_for(upstream.url()));
  const auto send = [&](std::string_view number) {
    return post(gateway.port(), "/v1/messages",
                R"({"model":"m","max_tokens":5,"system":[{"type":"text","text":"x-anthropic-billing-header: v=)" +
                    std::string(number) +
                    R"("},{"type":"text","text":"Be brief."}],"messages":[{"role":"user","content":"x"}]})");
  };
  const auto reply = send("1");
  send("2");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK(body_of(requests[0]) == body_of(requests[1]));
  CHECK_THAT(body_of(requests[0]), ContainsSubstring("Be brief."));
  CHECK(reply.headers.get("x-llmgw-applied") == "billing_header=dropped");
}

TEST_CASE("usage is asked for where the client left it open, and an explicit no is kept", "[forwarding][req-12]") {
  ScriptedUpstream upstream(llmgw::test::then_close(llmgw::test::stream_head() + "data: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  post(gateway.port(), "/v1/chat/completions", R"({"model":"m","stream":true,"messages":[]})");
  post(gateway.port(), "/v1/chat/completions",
       R"({"model":"m","stream":true,"stream_options":{"include_usage":false},"messages":[]})");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK_THAT(body_of(requests[0]), ContainsSubstring("\"include_usage\":true"));
  CHECK_THAT(body_of(requests[1]), ContainsSubstring("\"include_usage\":false"));
}

TEST_CASE("other paths pass as they are, and none leaves the API", "[forwarding]") {
  ScriptedUpstream upstream(always(http_answer(201, "text/plain", "made")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = roundtrip(gateway.port(),
                               "PUT /v1/foo/bar?x=1 HTTP/1.1\r\nHost: localhost\r\ncontent-type: text/x\r\n"
                               "content-length: 3\r\n\r\nabc");
  CHECK(reply.status == 201);
  CHECK(reply.body == "made");
  CHECK_THAT(upstream.requests()[0], ContainsSubstring("PUT /v1/foo/bar?x=1 HTTP/1.1"));
  CHECK_THAT(upstream.requests()[0], ContainsSubstring("content-type: text/x"));
  for (const auto* target : {"/v1/%2e%2e/x", "/v1/a/../../x", "/v1/..%2fx", "/v1/%2E./x"}) {
    const auto refused =
        roundtrip(gateway.port(), "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(refused.status == 400);
  }
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("the upstream's model list passes byte for byte, in Anthropic's form when asked", "[forwarding]") {
  ScriptedUpstream upstream(always(http_answer(
      200, "application/json",
      R"({"object":"list","data":[{"id":"DeepSeek-V4-Pro","object":"model","created":5,"max_model_len": 1e3}]})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto plain = roundtrip(gateway.port(), "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(plain.body, ContainsSubstring("\"max_model_len\": 1e3"));
  const auto other =
      roundtrip(gateway.port(), "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nanthropic-version: 2099-01-01\r\n\r\n");
  CHECK_THAT(other.body, ContainsSubstring("\"type\":\"model\",\"id\":\"DeepSeek-V4-Pro\""));
  const auto one = roundtrip(gateway.port(), "GET /v1/models/DeepSeek-V4-Pro HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(one.body, ContainsSubstring("1e3"));
  const auto none = roundtrip(gateway.port(), "GET /v1/models/deepseek HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(none.status == 404);
}

}  // namespace forwarding_test
