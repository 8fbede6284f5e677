// Endpoints beside generation, and the order of things inside a stream.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <future>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace endpoints_on_the_wire {

using Catch::Matchers::ContainsSubstring;
using llmgw::test::always;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::post_bytes;
using llmgw::test::read_until;
using llmgw::test::roundtrip;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::Socket;
using llmgw::test::stream_head;

constexpr std::string_view messages_body =
    R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"How many tokens is this text, please?"}]})";
constexpr std::string_view streamed =
    R"({"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]})";

std::string content(std::string_view text) {
  return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + std::string(text) + "\"}}]}\n\n";
}

TEST_CASE("an upstream without a token count is estimated for, and the answer says so", "[endpoints][req-23]") {
  ScriptedUpstream upstream(always(http_answer(404, "application/json", "{}")));
  const auto provider = GENERATE("openai_compatible", "vllm");
  RunningGateway gateway(config_for(upstream.url(), provider));
  for (int i = 0; i < 50; ++i) {
    const auto reply = post(gateway.port(), "/v1/messages/count_tokens?beta=true", messages_body);
    REQUIRE(reply.status == 200);
    CHECK(reply.headers.get("x-llmgw-estimated") == "1");
    CHECK_THAT(reply.body, ContainsSubstring("{\"input_tokens\":"));
  }
  // One that claims to count is asked once and remembered; one that does not is never asked.
  CHECK(upstream.requests().size() == (provider == std::string("vllm") ? 1 : 0));
}

TEST_CASE("an upstream that counts tokens is believed", "[endpoints][req-23]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", R"({"input_tokens":77})")));
  RunningGateway gateway(config_for(upstream.url(), "vllm"));
  const auto reply = post(gateway.port(), "/v1/messages/count_tokens", messages_body);
  CHECK(reply.body == R"({"input_tokens":77})");
  CHECK_FALSE(reply.headers.contains("x-llmgw-estimated"));
}

TEST_CASE("a Messages client learns the estimate of its prompt where the upstream counts nothing", "[endpoints]") {
  const bool stream = GENERATE(false, true);
  const std::string whole = R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"one"},)"
                            R"("finish_reason":"stop"}]})";
  const std::string end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream ? stream_head() + content("one") + end + "data: [DONE]\n\n"
                                   : http_answer(200, "application/json", whole));
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  const auto body = stream ? streamed : messages_body;
  const auto counted = post(gateway.port(), "/v1/messages/count_tokens", body).body;  // {"input_tokens":N}
  REQUIRE(counted.starts_with("{\"input_tokens\":"));
  REQUIRE(counted != "{\"input_tokens\":0}");
  const auto figure = counted.substr(1, counted.size() - 2) + ",";
  CHECK_THAT(post(gateway.port(), "/v1/messages", body).body, ContainsSubstring(figure));
}

TEST_CASE("each event reaches the client before the next one is made", "[endpoints][req-33]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  std::promise<void> first_seen;
  std::promise<void> second_seen;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + content("one"));
    first_seen.get_future().wait_for(llmgw::test::patience);
    request.connection.send(content("two"));
    second_seen.get_future().wait_for(llmgw::test::patience);
    request.connection.send(
        content("three") +
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed, "Accept-Encoding: gzip\r\n"));
  std::string seen;
  REQUIRE(read_until(client, seen, "one"));
  CHECK(seen.find("two") == std::string::npos);
  CHECK_THAT(seen, ContainsSubstring("x-accel-buffering: no"));
  CHECK_THAT(seen, ContainsSubstring("cache-control: no-cache"));
  CHECK_THAT(seen, !ContainsSubstring("content-encoding"));
  first_seen.set_value();
  REQUIRE(read_until(client, seen, "two"));
  CHECK(seen.find("three") == std::string::npos);
  second_seen.set_value();
  CHECK(read_until(client, seen, "three"));
}

TEST_CASE("nothing is tried again once content has reached the client", "[endpoints][req-17]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  std::promise<void> seen_it;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + content("first"));
    seen_it.get_future().wait_for(llmgw::test::patience);
    return false;  // cut
  });
  auto config = config_for(upstream.url());
  config.routing.num_retries = 3;
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "first"));
  seen_it.set_value();
  CHECK(read_until(client, seen, "\"error\""));
  CHECK(client.wait_closed());
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("a failure before the first event is tried again without the client seeing it", "[endpoints][req-31]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    if (request.number == 0) {
      return request.connection.send(
          http_answer(503, "application/json", R"({"error":{"message":"busy"}})", "retry-after: 0\r\n"));
    }
    request.connection.send(
        stream_head() + content("fine") +
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    return false;
  });
  auto config = config_for(upstream.url());
  config.routing.num_retries = 1;
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), path, streamed);
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("fine"));
  CHECK(reply.headers.get("x-llmgw-attempts") == "2");
  CHECK(upstream.requests().size() == 2);
}

TEST_CASE("a silent upstream gets its client keep-alives, and errors then come inside the stream",
          "[endpoints][req-15]") {
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  std::promise<void> seen_it;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    seen_it.get_future().wait_for(llmgw::test::patience);
    request.connection.send(http_answer(500, "application/json", R"({"error":{"message":"late failure"}})"));
    return false;
  });
  auto config = config_for(upstream.url());
  config.server.keepalive = std::chrono::milliseconds(20);
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "\r\n\r\n"));
  CHECK_THAT(seen, ContainsSubstring("HTTP/1.1 200"));
  REQUIRE(read_until(client, seen, ":"));
  seen_it.set_value();
  CHECK(read_until(client, seen, "late failure"));
  CHECK(client.wait_closed());
}

TEST_CASE("requests of newer clients are accepted with what nobody knows yet", "[endpoints][req-27]") {
  ScriptedUpstream upstream(always(http_answer(
      200, "application/json",
      R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(
      gateway.port(), "/v1/messages?beta=true",
      R"({"model":"m","max_tokens":9,"context_management":{"edits":[]},"brand_new":{"x":1},"thinking":{"type":"adaptive"},)"
      R"("output_config":{"effort":"high"},"metadata":{"user_id":"{}"},)"
      R"("tools":[{"name":"f","input_schema":{"type":"object"},"new_member":1}],)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]},)"
      R"({"role":"system","content":"now"},{"role":"user","content":"go"}]})",
      "anthropic-beta: a-2026-01-01\r\nanthropic-beta: b-2027-01-01\r\nanthropic-version: 2030-01-01\r\n");
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("\"text\":\"ok\""));
  CHECK_THAT(std::string(reply.headers.get("x-llmgw-notes").value_or("")), ContainsSubstring("brand_new=dropped"));
}

TEST_CASE("strict mode refuses what translation would drop, and names it", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/messages",
                          R"({"model":"m","max_tokens":9,"brand_new":1,"messages":[{"role":"user","content":"hi"}]})",
                          "x-llmgw-strict: 1\r\n");
  CHECK(reply.status == 400);
  CHECK_THAT(reply.body, ContainsSubstring("brand_new"));
  CHECK(upstream.requests().empty());
}

TEST_CASE("the local token guards the API and leaves the probes open", "[endpoints][req-29]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", R"({"object":"list","data":[]})")));
  auto config = config_for(upstream.url());
  config.server.auth = llmgw::config::Auth::token;
  RunningGateway gateway(config, "local-secret-token");
  const auto get = [&](std::string_view path, std::string_view headers) {
    return roundtrip(gateway.port(),
                     "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n");
  };
  CHECK(get("/readyz", "").status == 503);  // nobody has told what the upstreams are like
  llmgw::health::Overview overview{{llmgw::health::Standing{.name = "upstream"}}};
  gateway.worker().tell(std::make_shared<const llmgw::health::Overview>(std::move(overview)));
  for (const auto* path : {"/", "/livez", "/healthz", "/readyz", "/metrics"}) CHECK(get(path, "").status == 200);
  CHECK(roundtrip(gateway.port(), "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status == 200);
  for (const auto* path : {"/v1/models", "/v1/anything"}) CHECK(get(path, "").status == 401);
  const auto refused = post(gateway.port(), "/v1/messages", messages_body, "x-api-key: wrong\r\n");
  CHECK(refused.status == 401);
  CHECK_THAT(refused.body, ContainsSubstring("\"type\":\"authentication_error\""));
  CHECK_THAT(refused.body, !ContainsSubstring("local-secret-token"));
  CHECK(get("/v1/models", "Authorization: Bearer local-secret-token\r\n").status == 200);
}

TEST_CASE("open connections are counted", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  RunningGateway gateway(config_for(upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string seen;
  REQUIRE(read_until(client, seen, "ok"));
  CHECK_THAT(gateway.metrics_page(), ContainsSubstring("llmgw_connections 1\n"));
}

TEST_CASE("bad requests are refused with the field that is wrong", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto path = GENERATE("/v1/chat/completions", "/v1/messages");
  struct Case {
    std::string body;
    std::string names;
  };
  const auto bad = GENERATE(as<Case>{}, Case{"", "no body"}, Case{"{", "line 1"}, Case{"[]", "object"},
                            Case{R"({"messages":[{"role":"user","content":"x"}]})", "model"},
                            Case{R"({"model":5,"messages":[]})", "model"}, Case{"{\"model\":\"\xff\"}", "UTF-8"},
                            Case{std::string(100000, '['), "deep"});
  const auto reply = post(gateway.port(), path, bad.body);
  CHECK(reply.status == 400);
  CHECK_THAT(reply.body, ContainsSubstring(bad.names, Catch::CaseSensitive::No));
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
  CHECK(upstream.requests().empty());
}

TEST_CASE("a body over the limit is refused before it is read", "[endpoints][req-30]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply =
      roundtrip(gateway.port(), "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 34603008\r\n\r\n");
  CHECK(reply.status == 413);
  CHECK_THAT(reply.body, ContainsSubstring("request_too_large"));
}

TEST_CASE("an unknown model is a 404 with the nearest name", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  auto config = config_for(upstream.url());
  config.models[0].name = "qwen-large";
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/chat/completions", R"({"model":"qwen-larg","messages":[]})");
  CHECK(reply.status == 404);
  CHECK_THAT(reply.body, ContainsSubstring("qwen-large"));
  CHECK_THAT(reply.body, ContainsSubstring("model_not_found"));
}

TEST_CASE("configuration is replaced without touching the requests under way", "[endpoints]") {
  std::promise<void> replaced;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + content("before"));
    replaced.get_future().wait_for(llmgw::test::patience);
    request.connection.send(
        content("after") +
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    return false;
  });
  auto config = config_for(upstream.url());
  RunningGateway gateway(config);
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes("/v1/chat/completions", streamed));
  std::string seen;
  REQUIRE(read_until(client, seen, "before"));
  config.models[0].name = "only-this";
  gateway.worker().replace(*llmgw::proxy::make_snapshot(config, llmgw::Secret()));
  CHECK(post(gateway.port(), "/v1/chat/completions", R"({"model":"other","messages":[]})").status == 404);
  replaced.set_value();
  CHECK(read_until(client, seen, "after"));
}

TEST_CASE("a context limit of auto is what the upstream lists, asked once", "[endpoints]") {
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    const bool list = request.head.starts_with("GET ");
    return request.connection.send(http_answer(
        200, "application/json",
        list
            ? R"({"object":"list","data":[{"id":"m","max_model_len":1000}]})"
            : R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]})"));
  });
  auto config = config_for(upstream.url());
  config.limits.max_context_tokens = llmgw::config::ContextLimit{.automatic = true, .tokens = 0};
  RunningGateway gateway(config);
  for (int i = 0; i < 3; ++i) {
    const auto reply = post(gateway.port(), "/v1/chat/completions",
                            R"({"model":"m","max_tokens":900,"messages":[{"role":"user","content":"hi"}]})");
    CHECK(reply.headers.get("x-llmgw-applied") == "max_tokens_capped=486");
  }
  const auto requests = upstream.requests();
  CHECK(requests.size() == 4);
  CHECK_THAT(requests.at(1), ContainsSubstring("\"max_tokens\":486"));
}

TEST_CASE("Anthropic is asked for its whole list when a context is looked up", "[endpoints]") {
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    const bool list = request.head.starts_with("GET ");
    return request.connection.send(
        http_answer(200, "application/json",
                    list ? R"({"data":[{"type":"model","id":"m","max_input_tokens":1000}],"has_more":false})"
                         : R"({"id":"a","type":"message","role":"assistant","model":"m","content":[],)"
                           R"("stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}})"));
  });
  auto config = config_for(upstream.url(), "anthropic");
  config.limits.max_context_tokens = llmgw::config::ContextLimit{.automatic = true, .tokens = 0};
  RunningGateway gateway(config);
  CHECK(post(gateway.port(), "/v1/messages", messages_body).status == 200);
  CHECK(upstream.requests().at(0).starts_with("GET /v1/models?limit=1000 "));
}

TEST_CASE("a base URL that already ends in /v1 reaches the same endpoints", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(
      200, "application/json",
      R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/v1/messages", messages_body);
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("\"type\":\"message\""));
  CHECK(post(gateway.port(), "/v1/v1/messages/count_tokens", messages_body).status == 200);
  for (const auto& request : upstream.requests()) CHECK(request.starts_with("POST /v1/chat/completions "));
}

TEST_CASE("reasoning in tags is taken out of the text for both formats", "[endpoints][req-10]") {
  ScriptedUpstream upstream(llmgw::test::then_close(
      stream_head() + content("<think>hm") + content("</th") + content("ink>Four.") +
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"));
  auto config = config_for(upstream.url());
  config.models[0].params.reasoning_tags = llmgw::config::ReasoningTags::tags;
  RunningGateway gateway(config);
  const auto chat = post(gateway.port(), "/v1/chat/completions", streamed);
  CHECK_THAT(chat.body, ContainsSubstring("\"reasoning_content\":\"hm\""));
  CHECK_THAT(chat.body, ContainsSubstring("\"content\":\"Four.\""));
  CHECK_THAT(chat.body, !ContainsSubstring("think>"));
  const auto messages = post(gateway.port(), "/v1/messages", streamed);
  CHECK_THAT(messages.body, ContainsSubstring("\"thinking\":\"hm\""));
  CHECK_THAT(messages.body, ContainsSubstring("\"text\":\"Four.\""));
}

}  // namespace endpoints_on_the_wire
