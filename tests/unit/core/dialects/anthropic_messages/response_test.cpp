#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"
#include "core/dialects/opaque.h"
#include "support/event_text.h"

using namespace llmgw;

namespace messages_response_test {

ir::Answer decode(const std::string& text) {
  const auto body = json::parse(text);
  REQUIRE(body);
  IdSource ids(1);
  ir::Events events;
  dialect::anthropic_messages.decode_response(*body, ids, events);
  ir::Events outline;
  dialect::anthropic_messages.outline_response(*body, outline);
  CHECK(fixtures::books_of(outline) == fixtures::books_of(events));
  REQUIRE(std::holds_alternative<ir::End>(events.back()));
  ir::Collector collector;
  collector.add(events);
  return collector.take();
}

std::string encode(const ir::Answer& answer, dialect::ClientContext client = {}) {
  IdSource ids(1);
  client.ids = &ids;
  return dialect::anthropic_messages.encode_response(answer, client);
}

TEST_CASE("messages response: a whole answer is read and written back", "[messages]") {
  const std::string content =
      R"([{"type":"thinking","thinking":"Hm","signature":"S"},{"type":"redacted_thinking","data":"B"},)"
      R"({"type":"text","text":"T","citations":[{"type":"char_location","cited_text":"c"}]},)"
      R"({"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"x"}},)"
      R"({"type":"tool_use","id":"t","name":"f","input":{"a":1}}])";
  const auto read =
      decode(R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":)" + content +
             R"(,"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,)"
             R"("cache_read_input_tokens":2,"cache_creation_input_tokens":0,"output_tokens":5}})");
  CHECK(read.complete);
  CHECK(read.choices.at(0).finish == ir::FinishReason::tool_calls);
  CHECK(read.usage->input_total == 5);
  const auto body = encode(read);
  const auto view = json::parse(body);
  REQUIRE(view);
  CHECK((*view)["content"].raw() == content);
  CHECK((*view)["model"].equals("claude-x"));
  CHECK((*view)["stop_reason"].equals("tool_use"));
  CHECK((*view)["usage"].raw() ==
        R"({"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":5})");
}

TEST_CASE("messages response: an error object in a 200 is a failure", "[messages]") {
  struct Row {
    std::string body;
    Errc code;
  };
  const auto row =
      GENERATE(Row{R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})", Errc::overloaded},
               Row{R"({"error":{"message":"no such model","type":"not_found_error","code":404}})", Errc::not_found},
               Row{R"({"choices":[]})", Errc::upstream_protocol}, Row{"{}", Errc::upstream_protocol},
               Row{"[]", Errc::upstream_protocol});
  const auto read = decode(row.body);
  CHECK_FALSE(read.complete);
  REQUIRE(read.error);
  CHECK(read.error->code == row.code);
}

TEST_CASE("messages response: an answer of another service", "[messages]") {
  ir::Answer answer;
  answer.model = "up";
  auto& choice = answer.choices.emplace_back();
  ir::Reasoning reasoning;
  reasoning.text = "Hm";
  reasoning.origin = "openai";
  choice.blocks.push_back({reasoning, {}, {}});
  choice.blocks.push_back({ir::Text{"", {}}, {}, {}});
  choice.blocks.push_back({ir::Text{"T", R"([{"type":"url_citation"}])"}, {}, {}});
  choice.blocks.push_back({ir::ToolCall{"c", "f", ir::ToolKind::function, ""}, {}, {}});
  choice.blocks.push_back({ir::ToolCall{"c", "f", ir::ToolKind::function, "17"}, {}, {}});
  choice.finish = ir::FinishReason::stop;
  dialect::ClientContext client;
  client.model = "asked";
  client.input_estimate = 9;
  const auto body = encode(answer, client);
  const auto view = json::parse(body);
  REQUIRE(view);
  CHECK((*view)["model"].equals("asked"));
  CHECK((*view)["stop_reason"].equals("tool_use"));
  CHECK((*view)["usage"]["input_tokens"].integer() == 9);
  CHECK((*view)["usage"]["output_tokens"].integer().value_or(0) > 0);
  const auto content = std::string((*view)["content"].raw());
  CHECK(content.starts_with(R"([{"type":"thinking","thinking":"Hm","signature":")" +
                            dialect::wrap({"openai", "signature", {}, {}, {}}) +
                            R"("},{"type":"text","text":"T"},{"type":"tool_use","id":"c","name":"f","input":{}},)"));
  CHECK(content.ends_with(R"("name":"f","input":{"value":17}}])"));
  CHECK(content.find(R"("id":"c")") == content.rfind(R"("id":"c")"));
}

TEST_CASE("messages errors: the envelope, the status and the words clients act on", "[messages]") {
  Error error;
  error.code = Errc::context_length;
  error.message = "This model's maximum context length is 8192 tokens.";
  const auto& format = dialect::anthropic_messages;
  CHECK(format.encode_error(error, "req_1") ==
        R"({"type":"error","error":{"type":"invalid_request_error","message":)"
        R"("prompt is too long: This model's maximum context length is 8192 tokens."},"request_id":"req_1"})");
  CHECK(format.error_status(error) == 400);
  error = {};
  error.code = Errc::overloaded;
  error.status = 503;
  CHECK(format.error_status(error) == 529);
  error.code = Errc::upstream_error;
  error.status = 500;
  CHECK(format.error_status(error) == 500);
  error.status = 0;
  CHECK(format.error_status(error) == 502);
  error = {};
  error.code = Errc::invalid_request;
  error.message = "must be a string";
  error.param = "messages[0].content";
  CHECK(format.encode_error(error, "") == R"({"type":"error","error":{"type":"invalid_request_error","message":)"
                                          R"("messages[0].content: must be a string"},"request_id":null})");
}

TEST_CASE("messages errors: every class has a type that clients know", "[messages]") {
  for (const auto& row : error_classes()) {
    Error error;
    error.code = row.code;
    error.message = "x";
    const auto body = dialect::anthropic_messages.encode_error(error, "r");
    CHECK(body.find(std::string(R"("type":")") + std::string(row.anthropic_type) + "\"") != std::string::npos);
    CHECK(dialect::anthropic_messages.error_status(error) == row.anthropic_status);
  }
}

TEST_CASE("messages errors: an upstream's body is read whatever its shape", "[messages]") {
  http::Headers headers;
  headers.add("retry-after", "7");
  const auto error = dialect::anthropic_messages.decode_error(
      429, headers, R"({"type":"error","error":{"type":"rate_limit_error","message":"slow down"}})");
  CHECK(error.code == Errc::rate_limit);
  CHECK(error.message == "slow down");
  CHECK(error.retry_after == "7");
}

}  // namespace messages_response_test
