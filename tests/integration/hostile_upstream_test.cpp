// What an upstream can do wrong, seen by clients of both formats through a running gateway.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <future>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace hostile_upstream_test {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using llmgw::test::always;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::post_bytes;
using llmgw::test::read_until;
using llmgw::test::Reply;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::Socket;
using llmgw::test::stream_head;
using llmgw::test::then_close;

constexpr std::string_view chat_path = "/v1/chat/completions";
constexpr std::string_view messages_path = "/v1/messages";
constexpr std::string_view streamed_request =
    R"({"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view whole_request =
    R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";

std::string chunk(std::string_view delta, std::string_view finish = "null") {
  return "data: "
         "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
         "\"delta\":" +
         std::string(delta) + ",\"finish_reason\":" + std::string(finish) + "}]}\n\n";
}

const std::string& role_chunk() {
  static const std::string text = chunk(R"({"role":"assistant","content":""})");
  return text;
}

bool claims_success(const Reply& reply) {
  return reply.body.find("message_stop") != std::string::npos || reply.body.find("[DONE]") != std::string::npos ||
         reply.body.find("end_turn") != std::string::npos;
}

TEST_CASE("a stream that ends without its end mark is told as an error, never as a success", "[hostile][req-1]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(then_close(stream_head() + role_chunk() + chunk(R"({"content":"half"})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("half"));
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
  CHECK_FALSE(claims_success(reply));
  CHECK_FALSE(reply.whole);
}

TEST_CASE("a connection reset in mid stream is told as an error", "[hostile][req-1]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + role_chunk() + chunk(R"({"content":"half"})"));
    request.connection.reset();  // may overtake the data: then the client sees a plain HTTP error instead
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
  CHECK_FALSE(claims_success(reply));
}

TEST_CASE("an error inside the stream ends it in the client's own form", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  std::promise<void> seen;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(stream_head() + role_chunk() + chunk(R"({"content":"first"})"));
    seen.get_future().wait_for(llmgw::test::patience);
    request.connection.send(
        "data: {\"error\":{\"message\":\"engine died\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n");
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes(path, streamed_request));
  std::string answer;
  REQUIRE(read_until(client, answer, "first"));
  seen.set_value();
  CHECK(read_until(client, answer, "engine died"));
  CHECK(client.wait_closed());
  CHECK_THAT(answer, !ContainsSubstring("[DONE]"));
  CHECK_THAT(answer, !ContainsSubstring("message_stop"));
  if (path == messages_path)
    CHECK_THAT(answer, ContainsSubstring("event: error\ndata: {\"type\":\"error\",\"error\":"));
}

TEST_CASE("an error as the first event of a 200 stream is an HTTP error for the client", "[hostile][req-16]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(then_close(
      stream_head() + "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"overloaded_error\",\"code\":503}}\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  CHECK(reply.status >= 500);
  CHECK_THAT(reply.body, ContainsSubstring("overloaded"));
  CHECK(reply.whole);
}

TEST_CASE("a finish of stop with tool calls reaches clients as a tool turn", "[hostile][req-7]") {
  const auto path = GENERATE(chat_path, messages_path);
  const auto call =
      chunk(R"({"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]})");
  ScriptedUpstream upstream(
      then_close(stream_head() + role_chunk() + call + chunk("{}", "\"stop\"") + "data: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  if (path == messages_path) {
    CHECK_THAT(reply.body, ContainsSubstring("\"stop_reason\":\"tool_use\""));
  } else {
    CHECK_THAT(reply.body, ContainsSubstring("call_1"));  // the same format keeps the upstream's bytes
  }
}

TEST_CASE("interleaved parallel calls reach Messages clients one block after the other", "[hostile][req-4]") {
  const auto open = [](int index) {
    const auto n = std::to_string(index);
    return chunk(R"({"tool_calls":[{"index":)" + n + R"(,"id":"call_)" + n +
                 R"(","type":"function","function":{"name":"f","arguments":""}}]})");
  };
  const auto args = [](int index, const std::string& text) {
    return chunk(R"({"tool_calls":[{"index":)" + std::to_string(index) + R"(,"function":{"arguments":")" + text +
                 R"("}}]})");
  };
  ScriptedUpstream upstream(then_close(stream_head() + role_chunk() + open(0) + open(1) + args(0, "{\\\"a\\\":") +
                                       args(1, "{\\\"b\\\":") + args(0, "1}") + args(1, "2}") +
                                       chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), messages_path, streamed_request);
  const auto stop0 = reply.body.find("\"type\":\"content_block_stop\",\"index\":0");
  const auto start1 = reply.body.find("\"type\":\"content_block_start\",\"index\":1");
  REQUIRE(stop0 != std::string::npos);
  REQUIRE(start1 != std::string::npos);
  CHECK(stop0 < start1);
  CHECK(reply.body.find("\"index\":0", stop0 + 40) == std::string::npos);
  CHECK_THAT(reply.body, ContainsSubstring("message_stop"));
}

TEST_CASE("reasoning reaches Messages clients as a signed thinking block", "[hostile]") {
  ScriptedUpstream upstream(then_close(stream_head() + role_chunk() + chunk(R"({"reasoning_content":"hm"})") +
                                       chunk(R"({"content":"yes"})") + chunk("{}", "\"stop\"") + "data: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), messages_path, streamed_request);
  CHECK_THAT(reply.body, ContainsSubstring("\"thinking\":\"hm\""));
  CHECK_THAT(reply.body, ContainsSubstring("signature_delta"));
}

TEST_CASE("usage in a trailing chunk without choices reaches Messages clients", "[hostile][req-14]") {
  ScriptedUpstream upstream(then_close(
      stream_head() + role_chunk() + chunk(R"({"content":"yes"})") + chunk("{}", "\"stop\"") +
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":34}}\n\ndata: "
      "[DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), messages_path, streamed_request);
  CHECK_THAT(reply.body, ContainsSubstring("\"input_tokens\":21"));
  CHECK_THAT(reply.body, ContainsSubstring("\"output_tokens\":34"));
}

TEST_CASE("a 429 keeps its status, its Retry-After and gets the client's envelope", "[hostile][req-16]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(
      always(http_answer(429, "application/json",
                         R"({"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}})",
                         "retry-after: 7\r\n")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  CHECK(reply.status == 429);
  CHECK(reply.headers.get("retry-after") == "7");
  CHECK_THAT(reply.body, ContainsSubstring("slow down"));
  if (path == messages_path) CHECK_THAT(reply.body, ContainsSubstring("\"type\":\"error\""));
}

TEST_CASE("every shape of a 4xx body stays a 4xx with its text", "[hostile][req-24]") {
  const auto path = GENERATE(chat_path, messages_path);
  const auto body = GENERATE(as<std::string>{}, R"({"error":{"message":"the reason"}})", R"({"error":"the reason"})",
                             R"({"error":{"error":"the reason"}})", R"([{"error":{"message":"the reason"}}])",
                             R"({"object":"error","message":"the reason"})", R"({"message":"the reason"})",
                             R"({"detail":"the reason"})", R"({"detail":[{"msg":"the reason","loc":["body"]}]})",
                             R"({"errors":["the reason"]})", R"({"code":"x","error":"the reason"})",
                             "<html><title>the reason</title></html>", "the reason");
  ScriptedUpstream upstream(always(http_answer(422, body.starts_with("<") ? "text/html" : "application/json", body)));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status >= 400);
  CHECK(reply.status < 500);
  CHECK_THAT(reply.body, ContainsSubstring("the reason"));
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
}

TEST_CASE("llmgw's own refused credential is a 502 that says so and is not retried", "[hostile][req-29]") {
  const auto path = GENERATE(chat_path, messages_path);
  const auto status = GENERATE(401, 403);
  ScriptedUpstream upstream(
      always(http_answer(status, "application/json", R"({"error":{"message":"bad key secret-key-123 given"}})")));
  auto config = config_for(upstream.url());
  config.models[0].params.api_key = llmgw::Secret("secret-key-123");
  config.routing.num_retries = 2;
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status == 502);
  CHECK(reply.headers.get("x-should-retry") == "false");
  CHECK_THAT(reply.body, ContainsSubstring("bad key"));
  CHECK_THAT(reply.body, !ContainsSubstring("secret-key-123"));
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("a 200 with an error object is an error", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(
      always(http_answer(200, "application/json", R"({"error":{"message":"no luck","code":429}})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status == 429);
  CHECK_THAT(reply.body, ContainsSubstring("no luck"));
}

TEST_CASE("an answer that is cut or no JSON is a 502", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  const auto bytes = GENERATE(
      as<std::string>{}, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"id\":",
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"id\":\"x\",\"choi",
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\noops", "no http at all\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd");
  ScriptedUpstream upstream(then_close(bytes));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status == 502);
  CHECK_THAT(reply.body, ContainsSubstring("\"error\""));
}

TEST_CASE("a whole answer to a streaming request becomes a stream", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(always(http_answer(
      200, "application/json",
      R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"whole text"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, streamed_request);
  CHECK(reply.status == 200);
  CHECK_THAT(std::string(reply.headers.get("content-type").value_or("")), ContainsSubstring("text/event-stream"));
  CHECK_THAT(reply.body, ContainsSubstring("whole text"));
  CHECK(claims_success(reply));
}

TEST_CASE("a stream that nobody asked for becomes a whole answer", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  ScriptedUpstream upstream(then_close(stream_head() + role_chunk() + chunk(R"({"content":"pieces "})") +
                                       chunk(R"({"content":"joined"})") + chunk("{}", "\"stop\"") +
                                       "data: [DONE]\n\n"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("pieces joined"));
}

TEST_CASE("an unreachable upstream is a 502 that names it", "[hostile]") {
  const auto path = GENERATE(chat_path, messages_path);
  std::uint16_t dead = 0;
  {
    const ScriptedUpstream gone(then_close(""));
    dead = gone.port();
  }
  RunningGateway gateway(config_for("http://127.0.0.1:" + std::to_string(dead)));
  const auto reply = post(gateway.port(), path, whole_request);
  CHECK(reply.status == 502);
  CHECK_THAT(reply.body, ContainsSubstring(std::to_string(dead)));
}

}  // namespace hostile_upstream_test
