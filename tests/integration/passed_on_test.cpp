// Paths that llmgw does not know and passes to the upstream.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/base/secret.h"
#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace passed_on {

using Catch::Matchers::ContainsSubstring;
using namespace llmgw::test;

constexpr std::string_view embeddings = R"({"model":"m","input":"x"})";

TEST_CASE("an upstream that breaks off before anything of its answer came is told of by an error", "[endpoints]") {
  const auto head = GENERATE("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n",
                             "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
  ScriptedUpstream upstream(then_close(head));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/embeddings", embeddings);
  CHECK(reply.status == 502);
  CHECK(reply.whole);
  CHECK_THAT(reply.body, ContainsSubstring("before the body was complete"));
}

TEST_CASE("an upstream that breaks off later leaves an answer that is seen to be cut", "[endpoints]") {
  ScriptedUpstream upstream(then_close("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply = post(gateway.port(), "/v1/embeddings", embeddings);
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.whole);
}

TEST_CASE("a part of a file comes with its place in the file", "[endpoints]") {
  ScriptedUpstream upstream(always(http_answer(206, "application/octet-stream", "part",
                                               "content-range: bytes 5-8/100\r\naccept-ranges: bytes\r\n")));
  RunningGateway gateway(config_for(upstream.url()));
  const auto reply =
      roundtrip(gateway.port(), "GET /v1/files/f/content HTTP/1.1\r\nhost: localhost\r\nrange: bytes=5-8\r\n\r\n");
  CHECK(reply.status == 206);
  CHECK(reply.headers.get("content-range") == "bytes 5-8/100");
  CHECK(reply.headers.get("accept-ranges") == "bytes");
}

TEST_CASE("a configured credential is hidden however an upstream quotes it", "[endpoints]") {
  struct Case {
    const char* header;
    const char* quoted;
  };
  const auto [header, quoted] = GENERATE(Case{"Bearer secretsecretsecret", "key secretsecretsecret is wrong"},
                                         Case{"plainsecretplain", "key plainsecretplain is wrong"},
                                         Case{"Basic dXNlcjpwYXNzd29yZDE=", "key password1 is wrong"});
  ScriptedUpstream upstream(
      always(http_answer(400, "application/json", R"({"error":{"message":")" + std::string(quoted) + R"("}})")));
  auto config = config_for(upstream.url());
  config.models.front().params.headers.emplace("authorization", llmgw::Secret(header));
  RunningGateway gateway(std::move(config));
  const auto path = GENERATE("/v1/embeddings", "/v1/chat/completions");
  const auto reply = post(gateway.port(), path, R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  CHECK(reply.status == 400);
  CHECK_THAT(reply.body, ContainsSubstring("key [redacted] is wrong"));
}

TEST_CASE("a model that the upstream does not know does not end its counting of tokens", "[endpoints][req-23]") {
  ScriptedUpstream upstream([](ScriptedUpstream::Request& request) {
    const bool bad = request.body.find("\"bad\"") != std::string::npos;
    const std::string_view unknown = R"({"type":"error","error":{"type":"not_found_error","message":"model: bad"}})";
    return request.connection.send(bad ? http_answer(404, "application/json", unknown)
                                       : http_answer(200, "application/json", R"({"input_tokens":77})"));
  });
  RunningGateway gateway(config_for(upstream.url(), "vllm"));
  const auto count = [&](const std::string& model) {
    return post(gateway.port(), "/v1/messages/count_tokens?beta=true",
                R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hi"}]})")
        .body;
  };
  CHECK(count("good") == R"({"input_tokens":77})");
  CHECK(count("bad") != R"({"input_tokens":77})");
  CHECK(count("good") == R"({"input_tokens":77})");
  CHECK_THAT(upstream.requests().front(), ContainsSubstring("count_tokens?beta=true"));
}

}  // namespace passed_on
