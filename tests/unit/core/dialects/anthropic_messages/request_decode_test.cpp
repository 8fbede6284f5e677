#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"
#include "core/dialects/opaque.h"

using namespace llmgw;

namespace messages_request_decode_test {

Result<ir::Request> decode(const std::string& text) {
  const auto body = json::parse(text);
  REQUIRE(body);
  return dialect::anthropic_messages.decode_request(*body);
}

// A request with these messages and other members.
std::string with(const std::string& messages, const std::string& more = {}) {
  return R"({"model":"m","max_tokens":100,"messages":)" + messages + (more.empty() ? "" : "," + more) + "}";
}

std::string user(const std::string& content) { return R"([{"role":"user","content":)" + content + "}]"; }

template <class T>
const T& block(const ir::Request& request, std::size_t message, std::size_t index) {
  return std::get<T>(request.messages.at(message).blocks.at(index).value);
}

TEST_CASE("messages request: every parameter finds its field", "[messages][request]") {
  const auto read = decode(with(
      user("\"hi\""),
      R"("stream":true,"temperature":0.5,"top_p":0.9,"top_k":40,"stop_sequences":["END"],"metadata":{"user_id":"u1"},)"
      R"("service_tier":"standard_only","tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},)"
      R"("tools":[{"name":"f","description":"d","input_schema":{"type": "object"},"cache_control":{"type":"ephemeral"}},)"
      R"({"type":"web_search_20250305","name":"web_search"}],"context_management":{"edits":[]},"container":null)"));
  REQUIRE(read);
  CHECK(read->model == "m");
  CHECK(read->stream);
  CHECK(read->max_output == 100);
  CHECK(read->temperature == 0.5);
  CHECK(read->top_p == 0.9);
  CHECK(read->top_k == 40);
  CHECK(read->stop == std::vector<std::string>{"END"});
  CHECK(read->user == "u1");
  CHECK(read->service_tier == "default");
  CHECK(read->tool_choice->mode == ir::ToolChoice::Mode::tool);
  CHECK(read->tool_choice->name == "f");
  CHECK(read->parallel_tool_calls == false);
  REQUIRE(read->tools.size() == 2);
  CHECK(read->tools[0].schema == R"({"type": "object"})");
  CHECK(read->tools[0].cache == R"({"type":"ephemeral"})");
  CHECK(read->tools[0].path == "tools[0]");
  CHECK(read->tools[1].kind == ir::ToolKind::server);
  CHECK(read->tools[1].server_type == "web_search_20250305");
  CHECK(read->origin == "anthropic");
  REQUIRE(read->extensions.size() == 1);
  CHECK(read->extensions[0].key == "context_management");
}

TEST_CASE("messages request: tool results become a turn of their own before the rest", "[messages][request][req-26]") {
  const auto read = decode(with(
      R"([{"role":"assistant","content":[{"type":"text","text":"look"},{"type":"tool_use","id":"t1","name":"f","input":{ "a": 1 }}]},)"
      R"({"role":"user","content":[{"type":"text","text":"and?"},{"type":"tool_result","tool_use_id":"t1","is_error":true,)"
      R"("content":[{"type":"text","text":"18 C"},{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]}]}])"));
  REQUIRE(read);
  REQUIRE(read->messages.size() == 3);
  CHECK(block<ir::ToolCall>(*read, 0, 1).args == R"({"a":1})");
  CHECK(read->messages[1].role == ir::Role::tool);
  const auto& result = block<ir::ToolResult>(*read, 1, 0);
  CHECK(result.call_id == "t1");
  CHECK(result.is_error);
  REQUIRE(result.content.size() == 2);
  CHECK(std::get<ir::Image>(result.content[1].value).url == "https://x/y.png");
  CHECK(result.content[1].path == "messages[1].content[1].content[1]");
  CHECK(read->messages[2].role == ir::Role::user);
  CHECK(block<ir::Text>(*read, 2, 0).text == "and?");
}

TEST_CASE("messages request: system is a string, blocks, or messages in any place", "[messages][request]") {
  const auto read = decode(with(
      R"([{"role":"system","content":"first"},{"role":"user","content":"hi"},{"role":"system","content":[{"type":"text","text":"later"}]}])",
      R"("system":[{"type":"text","text":"base","cache_control":{"type":"ephemeral","ttl":"1h"}}])"));
  REQUIRE(read);
  REQUIRE(read->instructions.size() == 2);
  CHECK(std::get<ir::Text>(read->instructions[0].value).text == "base");
  CHECK(read->instructions[0].cache == R"({"type":"ephemeral","ttl":"1h"})");
  CHECK(std::get<ir::Text>(read->instructions[1].value).text == "first");
  REQUIRE(read->messages.size() == 2);
  CHECK(read->messages[1].role == ir::Role::system);
}

TEST_CASE("messages request: the billing line of a system string goes without the prompt", "[messages][request]") {
  auto read = decode(with(user("\"hi\""), R"("system":"x-anthropic-billing-header: cch=1;\n\nYou are.")"));
  REQUIRE(read);
  ir::Changes changes;
  changes.drop_billing_header = true;
  ir::apply(changes, *read);
  REQUIRE(read->instructions.size() == 1);
  CHECK(std::get<ir::Text>(read->instructions[0].value).text == "You are.");
}

TEST_CASE("messages request: thinking and effort are one wish", "[messages][request]") {
  struct Row {
    std::string_view members;
    bool enabled;
    std::string_view effort;
    std::optional<std::int64_t> budget;
    std::optional<bool> show;
  };
  const auto row = GENERATE(
      Row{R"("thinking":{"type":"enabled","budget_tokens":2048})", true, "", 2048, true},
      Row{R"("thinking":{"type":"adaptive"},"output_config":{"effort":"high"})", true, "high", std::nullopt, true},
      Row{R"("output_config":{"effort":"low"},"thinking":{"type":"adaptive","display":"omitted"})", true, "low",
          std::nullopt, false},
      Row{R"("thinking":{"type":"disabled"},"output_config":{"effort":"high"})", false, "none", std::nullopt, false},
      Row{R"("output_config":{"effort":"max"})", true, "max", std::nullopt, std::nullopt});
  const auto read = decode(with(user("\"hi\""), std::string(row.members)));
  REQUIRE(read);
  REQUIRE(read->reasoning);
  CHECK(read->reasoning->enabled == row.enabled);
  CHECK(read->reasoning->effort == row.effort);
  CHECK(read->reasoning->budget == row.budget);
  CHECK(read->show_reasoning == row.show);
}

TEST_CASE("messages request: an output schema is a response format", "[messages][request]") {
  const std::string member = GENERATE("\"output_config\":{\"format\":", "\"output_format\":");
  const auto closing = member.starts_with("\"output_config") ? "}" : "";
  const auto read =
      decode(with(user("\"hi\""), member + R"({"type":"json_schema","schema":{"type": "object"}})" + closing));
  REQUIRE(read);
  REQUIRE(read->format);
  CHECK(read->format->kind == ir::ResponseFormat::Kind::json_schema);
  CHECK(read->format->schema == R"({"type": "object"})");
}

TEST_CASE("messages request: thinking comes back to where it came from", "[messages][request]") {
  const auto wrapped = dialect::wrap({"openai", "encrypted", "gAAA", {}, {}});
  const auto read =
      decode(with(R"([{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"Sig"},)"
                  R"({"type":"thinking","thinking":"b","signature":")" +
                  wrapped + R"("},{"type":"redacted_thinking","data":"Blob"},)" +
                  R"({"type":"thinking","thinking":"c","signature":""}]}])"));
  REQUIRE(read);
  CHECK(block<ir::Reasoning>(*read, 0, 0).signature == "Sig");
  CHECK(block<ir::Reasoning>(*read, 0, 0).origin == "anthropic");
  CHECK(block<ir::Reasoning>(*read, 0, 1).encrypted == "gAAA");
  CHECK(block<ir::Reasoning>(*read, 0, 1).origin == "openai");
  CHECK(block<ir::Reasoning>(*read, 0, 2).encrypted == "Blob");
  CHECK(block<ir::Reasoning>(*read, 0, 3).signature.empty());
}

TEST_CASE("messages request: media of every source", "[messages][request]") {
  const auto read = decode(with(
      user(R"([{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},)"
           R"({"type":"image","source":{"type":"file","file_id":"file_1"}},)"
           R"({"type":"document","title":"T","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}},)"
           R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"words"}},)"
           R"({"type":"search_result","source":"https://s","title":"S","content":[{"type":"text","text":"found"}]},)"
           R"({"type":"container_upload","file_id":"file_2"},{"text":"untyped"}])")));
  REQUIRE(read);
  CHECK(block<ir::Image>(*read, 0, 0).data == "iVBO");
  CHECK(block<ir::Image>(*read, 0, 1).file_id == "file_1");
  CHECK(block<ir::File>(*read, 0, 2).title == "T");
  CHECK(block<ir::File>(*read, 0, 3).text == "words");
  CHECK(block<ir::File>(*read, 0, 4).text == "found");
  CHECK(block<ir::Opaque>(*read, 0, 5).type == "container_upload");
  CHECK(block<ir::Text>(*read, 0, 6).text == "untyped");
}

TEST_CASE("messages request: errors name the field", "[messages][request]") {
  struct Row {
    std::string body;
    std::string_view param;
  };
  const auto row = GENERATE(
      Row{"{}", "messages"}, Row{R"({"messages":[]})", "messages"}, Row{R"({"messages":{}})", "messages"},
      Row{R"({"messages":[1]})", "messages[0]"},
      Row{R"({"messages":[{"role":"tool","content":""}]})", "messages[0].role"},
      Row{R"({"messages":[{"role":"user","content":5}]})", "messages[0].content"},
      Row{with(user(R"([{"type":"text"}])")), "messages[0].content[0].text"},
      Row{with(user(R"([{"type":"text","text":"a"},{"type":7}])")), "messages[0].content[1].type"},
      Row{with(user(R"([{"type":"image","source":{"type":"base64"}}])")), "messages[0].content[0].source.data"},
      Row{with(user(R"([{"type":"image","source":{"type":"smoke"}}])")), "messages[0].content[0].source.type"},
      Row{with(user(R"([{"type":"tool_use","id":"a","name":"f","input":"x"}])")), "messages[0].content[0].input"},
      Row{with(user(R"([{"type":"tool_result"}])")), "messages[0].content[0].tool_use_id"},
      Row{with(user("\"x\""), R"("stop_sequences":["a",1])"), "stop_sequences[1]"},
      Row{with(user("\"x\""), R"("tools":[{"description":"d"}])"), "tools[0].name"},
      Row{with(user("\"x\""), R"("tool_choice":{"type":"maybe"})"), "tool_choice.type"},
      Row{with(user("\"x\""), R"("thinking":{"type":"enabled"})"), "thinking.budget_tokens"},
      Row{with(user("\"x\""), R"("output_config":{"effort":"huge"})"), "output_config.effort"},
      Row{with(user("\"x\""), R"("temperature":"hot")"), "temperature"},
      Row{with(user("\"x\""), R"("max_tokens":-1)"), "max_tokens"});
  const auto read = decode(row.body);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::invalid_request);
  CHECK(read.error().param == row.param);
}

TEST_CASE("messages request: a thread is refused in the words that SDKs resend on", "[messages][request]") {
  const auto read = decode(with(user("\"x\""), R"("thread":{"type":"create"})"));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::invalid_request);
  const auto body = dialect::anthropic_messages.encode_error(read.error(), "req_1");
  CHECK(body.find(R"("details":{"error_code":"thread_unsupported_request"})") != std::string::npos);
  CHECK(decode(with(user("\"x\""), R"("thread":null)")));
}

}  // namespace messages_request_decode_test
