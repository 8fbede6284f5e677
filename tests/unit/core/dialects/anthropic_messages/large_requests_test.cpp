#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"

// A cost that grows with the square of what a client sends would take minutes here.
namespace large_messages_requests {

using namespace llmgw;

// A Chat client's request on its way to a Messages upstream.
std::string sent(const std::string& members) {
  const std::string body = R"({"model":"m",)" + members + "}";
  const auto view = json::parse(body);
  REQUIRE(view);
  const auto request = dialect::openai_chat.decode_request(*view);
  if (!request) FAIL(request.error().message);
  ir::Notes notes;
  const auto written = dialect::anthropic_messages.encode_request(*request, {}, notes);
  if (!written) FAIL(written.error().message);
  return *written;
}

std::string repeated(int times, std::string_view before, std::string_view after) {
  std::string out;
  for (int i = 0; i < times; ++i) {
    out += (i == 0 ? "" : ",") + std::string(before) + std::to_string(i) + std::string(after);
  }
  return out;
}

TEST_CASE("messages upstream: a long conversation of calls costs no more per call than a short one",
          "[messages][request]") {
  constexpr int calls = 20'000;
  const bool same_id = GENERATE(false, true);
  std::string messages = R"({"role":"user","content":"a"})";
  for (int i = 0; i < calls; ++i) {
    const auto id = same_id ? std::string("call_0") : "call_" + std::to_string(i);
    messages += R"(,{"role":"assistant","tool_calls":[{"id":")" + id +
                R"(","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":")" + id +
                R"(","content":"x"})";
  }
  CHECK(sent("\"messages\":[" + messages + "]").ends_with(R"("content":"x"}]}]})"));
}

TEST_CASE("messages upstream: so do parallel calls of one turn", "[messages][request]") {
  constexpr int calls = 20'000;
  const auto results = repeated(calls, R"({"role":"tool","content":"x","tool_call_id":"call_)", "\"}");
  const auto body =
      sent(R"("messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[)" +
           repeated(calls, R"({"function":{"name":"f","arguments":"{}"},"id":"call_)", "\"}") + "]}," + results + "]");
  CHECK(body.ends_with(R"("tool_use_id":"call_19999","content":"x"}]}]})"));
}

TEST_CASE("messages upstream: the properties of alternatives are merged once each, however many there are",
          "[messages][request]") {
  const auto properties = repeated(30'000, "\"p", "\":{}");
  const auto body = sent(R"("messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","parameters":{"anyOf":[)"
                         R"({"properties":{)" +
                         properties + R"(}},{"properties":{)" + properties + "}}]}}]");
  CHECK(body.find(R"("input_schema":{"type":"object","properties":{)" + properties + "}}") != std::string::npos);
}

TEST_CASE("messages upstream: members without a place cost a bounded number of notes", "[messages][request]") {
  const auto body = sent(repeated(200'000, "\"x", "\":1") + R"(,"messages":[{"role":"user","content":"a"}])");
  CHECK(body.find("\"x1\"") == std::string::npos);
}

}  // namespace large_messages_requests
