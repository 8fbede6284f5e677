#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"
#include "support/messages_stream.h"

namespace messages_losses {

using namespace llmgw;

TEST_CASE("messages upstream: what a Chat request loses is told by its own path", "[messages][request]") {
  const auto [members, notes] = GENERATE(table<std::string, std::string>({
      {R"("messages":[{"role":"user","name":"ann","content":"u"}])", "messages[0].name=dropped"},
      {R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y","detail":"low"}}]}])",
       "messages[0].content[0].detail=dropped"},
      {R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y","detail":"auto"}}]}])",
       ""},
      {R"("messages":[{"role":"user","content":"u"}],
        "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}])",
       "tools[0].strict=dropped"},
      {R"("messages":[{"role":"user","content":"u"}],"tools":[{"type":"function","function":{"name":"a.b"}}])",
       "tools[0].name=renamed"},
  }));
  const std::string body = R"({"model":"m","max_tokens":9,)" + members + "}";
  const auto view = json::parse(body);
  REQUIRE(view);
  const auto request = dialect::openai_chat.decode_request(*view);
  REQUIRE(request);
  ir::Notes found;
  REQUIRE(dialect::anthropic_messages.encode_request(*request, {}, found));
  CHECK(found.header() == notes);
}

TEST_CASE("messages upstream: an error in another service's shape keeps its words", "[messages][errors]") {
  const std::string body = GENERATE(R"({"detail":"no such model"})", R"({"message":"no such model"})",
                                    R"({"object":"error","message":"no such model","type":"NotFoundError","code":404})",
                                    R"({"error":"Not Found","message":"no such model","statusCode":404})",
                                    R"({"error":{"message":"no such model"}})", R"({"errors":["no such model"]})");
  const bool streamed = GENERATE(false, true);
  const auto view = json::parse(body);
  REQUIRE(view);
  IdSource ids(1);
  ir::Events events;
  if (streamed)
    events = support::decode_messages_stream("data: " + body + "\n\n");
  else
    dialect::anthropic_messages.decode_response(*view, ids, events);
  REQUIRE(events.size() == 2);
  INFO(body);
  const auto& error = std::get<ir::Fault>(events[0]).error;
  CHECK((error.message == "no such model" || error.message == "Not Found"));
  CHECK_FALSE(std::get<ir::End>(events[1]).complete);
}

}  // namespace messages_losses
