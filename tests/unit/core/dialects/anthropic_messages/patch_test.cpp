#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"

using namespace llmgw;

namespace messages_patch_test {

json::View parsed(const std::string& text) {
  const auto view = json::parse(text);
  REQUIRE(view);
  return *view;
}

std::string patched(const std::string& text, const ir::Changes& changes) {
  return dialect::anthropic_messages.patch(parsed(text), changes);
}

std::string edited(std::string_view raw, const dialect::FrameEdits& edits) {
  sse::Decoder decoder;
  decoder.feed(raw);
  decoder.finish();
  const auto frame = decoder.next();
  REQUIRE((frame && *frame));
  std::string out;
  dialect::anthropic_messages.edit_frame(**frame, edits, out);
  return out;
}

TEST_CASE("messages facts: one look at the top level", "[messages]") {
  const std::string body =
      R"({"messages":[{"model":"inner"}],"model":"m","stream":true,"max_tokens":9,"tools":[{"name":"f"}]})";
  const auto facts = dialect::anthropic_messages.facts(parsed(body));
  REQUIRE(facts);
  CHECK(facts->model == "m");
  CHECK(facts->stream);
  CHECK(facts->max_output == 9);
  CHECK(facts->has_tools);
  const std::string wrong = GENERATE(R"({"model":1})", R"({"stream":"yes"})", R"({"max_tokens":"9"})", "[]");
  CHECK_FALSE(dialect::anthropic_messages.facts(parsed(wrong)));
}

TEST_CASE("messages patch: only what changes is touched", "[messages]") {
  const std::string body = "{ \"unknown\" : 1e-7, \"model\":\"a\" ,\"max_tokens\" : 32000,\"x\":9007199254740993 }";
  ir::Changes changes;
  CHECK(patched(body, changes) == body);
  changes.model = "b\"c";
  changes.max_output = 100;
  CHECK(patched(body, changes) ==
        "{ \"unknown\" : 1e-7, \"model\":\"b\\\"c\" ,\"max_tokens\" : 100,\"x\":9007199254740993 }");
  CHECK(patched(R"({"model":"a"})", changes) == R"({"model":"b\"c"})");
}

TEST_CASE("messages patch: reasoning is switched off in every place", "[messages]") {
  struct Row {
    std::string body;
    std::string expected;
  };
  const auto row = GENERATE(
      Row{R"({"model":"a"})", R"({"model":"a","thinking":{"type":"disabled"}})"},
      Row{R"({"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"z":1})",
          R"({"thinking":{"type":"disabled"},"z":1})"},
      Row{R"({"thinking":{"type":"enabled","budget_tokens":5},"output_config":{"effort":"high","format":{}}})",
          R"({"thinking":{"type":"disabled"},"output_config":{"format":{}}})"},
      Row{R"({"thinking":{},"context_management":{"edits":[{"type":"clear_thinking_20251015"}]}})",
          R"({"thinking":{"type":"disabled"}})"},
      Row{R"({"thinking":{},"context_management":{"edits":[{"type":"clear_thinking_20251015"},{"type":"clear_tool_uses_20250919"}]}})",
          R"({"thinking":{"type":"disabled"},"context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]}})"});
  ir::Changes changes;
  changes.reasoning_off = true;
  CHECK(patched(row.body, changes) == row.expected);
}

TEST_CASE("messages patch: the billing line goes, the prompt stays", "[messages]") {
  struct Row {
    std::string body;
    std::string expected;
  };
  const auto row = GENERATE(
      Row{R"({"system":[{"type":"text","text":"x-anthropic-billing-header: a"},{"type":"text","text":"You"}],"a":1})",
          R"({"system":[{"type":"text","text":"You"}],"a":1})"},
      Row{R"({"system":[{"type":"text","text":"x-anthropic-billing-header: a"}],"a":1})", R"({"a":1})"},
      Row{R"({"system":"x-anthropic-billing-header: a\n\nYou","a":1})", R"({"system":"You","a":1})"},
      Row{R"({"system":"x-anthropic-billing-header: a","a":1})", R"({"a":1})"},
      Row{R"({"system":"You: x-anthropic-billing-header: a"})", R"({"system":"You: x-anthropic-billing-header: a"})"},
      Row{R"({"a":1})", R"({"a":1})"});
  ir::Changes changes;
  changes.drop_billing_header = true;
  CHECK(patched(row.body, changes) == row.expected);
}

TEST_CASE("messages frames: bytes pass, the model's name alone is restamped", "[messages]") {
  const std::string start =
      "event: message_start\n: note\ndata: {\"type\":\"message_start\", \"message\":{\"model\":\"up\",\"x\": 1}}\n\n";
  CHECK(edited(start, {}) == start);
  dialect::FrameEdits edits;
  edits.model = "asked";
  CHECK(edited(start, edits) ==
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"asked\",\"x\":1}}\n\n");
  CHECK(edited("data: {\"type\":\"message_start\",\"message\":{\"model\":\"up\"}}\r\n\r\n", edits) ==
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"asked\"}}\n\n");
  const std::string delta =
      "event: content_block_delta\ndata: {\"delta\":{\"text\":\"\\\"message_start\\\"\",\"model\":\"up\"}}\n\n";
  CHECK(edited(delta, edits) == delta);
}

TEST_CASE("messages frames: separators are escaped, a missing end is added, a foreign mark goes", "[messages]") {
  CHECK(edited("data: {\"t\":\"a\xE2\x80\xA8z\"}\n\n", {}) == "data: {\"t\":\"a\\u2028z\"}\n\n");
  CHECK(edited("event: message_stop\ndata: {\"type\":\"message_stop\"}", {}) ==
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  CHECK(edited("event: data\ndata: [DONE]\n\n", {}).empty());
}

TEST_CASE("messages response: the model's name is restamped in place", "[messages]") {
  CHECK(dialect::anthropic_messages.restamp_response(parsed(R"({ "model" : "up", "content":[{"model":"x"}] })"),
                                                     "me") == R"({ "model" : "me", "content":[{"model":"x"}] })");
}

}  // namespace messages_patch_test
