#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"

namespace chat_request_decoding {

using namespace llmgw;

Result<ir::Request> decode(const std::string& body) {
  const auto view = json::parse(body);
  REQUIRE(view);
  return dialect::openai_chat.decode_request(*view);
}

ir::Request request(const std::string& messages, const std::string& more = "") {
  auto read = decode(R"({"model":"m","messages":)" + messages + more + "}");
  if (!read) FAIL(read.error().message);
  return *std::move(read);
}

// The first message's block of one kind.
template <class Value>
const Value& block(const ir::Request& request, std::size_t message = 0, std::size_t number = 0) {
  return std::get<Value>(request.messages.at(message).blocks.at(number).value);
}

TEST_CASE("chat requests give leading system texts as instructions, later ones in place", "[dialects][chat]") {
  const auto read = request(
      R"([{"role":"system","content":"S"},{"role":"developer","content":[{"type":"text","text":"D"}]},
          {"role":"user","content":"u","name":"ann"},{"role":"system","content":"late"}])");
  REQUIRE(read.instructions.size() == 2);
  CHECK(std::get<ir::Text>(read.instructions[1].value).text == "D");
  CHECK(read.instructions[1].path == "messages[1].content[0]");
  REQUIRE(read.messages.size() == 2);
  CHECK(read.messages[0].name == "ann");
  CHECK(read.messages[0].path == "messages[2]");
  CHECK(read.messages[1].role == ir::Role::system);
  CHECK(read.origin == "openai");
}

TEST_CASE("chat requests read parts of every kind", "[dialects][chat]") {
  const auto read = request(R"([{"role":"user","content":[
    {"type":"text","text":"t","cache_control":{"type":"ephemeral"}},
    {"text":"no type"},
    {"type":"image_url","image_url":{"url":"https://x/y.png","detail":"low"}},
    {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,iVBORw0KGgo="}},
    {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},
    {"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA","filename":"a.pdf"}},
    {"type":"file","file":{"file_id":"f-1"}},
    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
    {"type":"video_url","video_url":{"url":"u"}}]}])");
  CHECK(block<ir::Text>(read).text == "t");
  CHECK(read.messages[0].blocks[0].cache == R"({"type":"ephemeral"})");
  CHECK(block<ir::Text>(read, 0, 1).text == "no type");
  CHECK(block<ir::Image>(read, 0, 2).url == "https://x/y.png");
  CHECK(block<ir::Image>(read, 0, 2).detail == "low");
  CHECK(block<ir::Image>(read, 0, 3).media_type == "image/png");  // the bytes are a PNG, whatever the URL says
  CHECK(block<ir::Audio>(read, 0, 4).format == "wav");
  CHECK(block<ir::File>(read, 0, 5).filename == "a.pdf");
  CHECK(block<ir::File>(read, 0, 6).file_id == "f-1");
  CHECK(block<ir::Image>(read, 0, 7).data == "AAAA");
  CHECK(block<ir::Opaque>(read, 0, 8).type == "video_url");
}

TEST_CASE("chat requests read an assistant turn in the order of its meaning", "[dialects][chat]") {
  const auto read = request(R"([{"role":"assistant","content":null,"reasoning_content":"why",
    "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\": 1.0}"}},
                  {"id":"b","type":"custom","custom":{"name":"g","input":"free"}},
                  {"id":"c","type":"function","function":{"name":"h","arguments":{"y":2}}}]},
    {"role":"tool","tool_call_id":"a","content":"r"},{"role":"tool","tool_call_id":"b","content":{"k":1}},
    {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"p"}]}])");
  CHECK(block<ir::Reasoning>(read).text == "why");
  CHECK(block<ir::ToolCall>(read, 0, 1).args == R"({"x": 1.0})");
  CHECK(block<ir::ToolCall>(read, 0, 2).kind == ir::ToolKind::custom);
  CHECK(block<ir::ToolCall>(read, 0, 2).args == "free");
  CHECK(block<ir::ToolCall>(read, 0, 3).args == R"({"y":2})");
  CHECK(read.messages[0].blocks[3].path == "messages[0].tool_calls[2]");
  CHECK(block<ir::ToolResult>(read, 1).call_id == "a");
  CHECK(std::get<ir::Text>(block<ir::ToolResult>(read, 2).content.at(0).value).text == R"({"k":1})");
}

TEST_CASE("chat requests keep signed reasoning in blocks of its own", "[dialects][chat]") {
  const auto read = request(R"([{"role":"assistant","content":"x","reasoning":"ab","reasoning_details":[
    {"type":"reasoning.text","text":"a","signature":"S1","format":"anthropic-claude-v1","index":0},
    {"type":"reasoning.text","text":"b","format":"anthropic-claude-v1","index":1},
    {"type":"reasoning.text","signature":"S2","format":"anthropic-claude-v1","index":1},
    {"type":"reasoning.encrypted","data":"E","format":"anthropic-claude-v1","index":2}]}])");
  REQUIRE(read.messages[0].blocks.size() == 4);
  CHECK(block<ir::Reasoning>(read, 0, 0).signature == "S1");
  CHECK(block<ir::Reasoning>(read, 0, 0).text == "a");
  CHECK(block<ir::Reasoning>(read, 0, 1).signature == "S2");
  CHECK(block<ir::Reasoning>(read, 0, 1).text == "b");
  CHECK(block<ir::Reasoning>(read, 0, 2).encrypted == "E");
  CHECK(block<ir::Reasoning>(read, 0, 2).origin == "anthropic");
}

TEST_CASE("chat requests take what agents for the Messages API send here", "[dialects][chat]") {
  const auto read = request(R"([
    {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"S"},
                                   {"type":"tool_use","id":"a","name":"f","input":{"x": 1}}]},
    {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r","is_error":true}]}])",
                            R"(,"tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
                                "tool_choice":{"type":"any"})");
  CHECK(block<ir::Reasoning>(read).origin == "anthropic");
  CHECK(block<ir::ToolCall>(read, 0, 1).args == R"({"x":1})");
  CHECK(block<ir::ToolResult>(read, 1).is_error);
  CHECK(read.tools.at(0).schema == R"({"type":"object"})");
  CHECK(read.tool_choice->mode == ir::ToolChoice::Mode::required);
}

TEST_CASE("chat requests read the deprecated functions", "[dialects][chat]") {
  const auto read = request(R"([{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
                                {"role":"function","name":"f","content":"r"}])",
                            R"(,"functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"})");
  CHECK(block<ir::ToolCall>(read).id == block<ir::ToolResult>(read, 1).call_id);
  CHECK(read.tools.size() == 1);
  CHECK(read.tool_choice->name == "f");
}

TEST_CASE("chat requests read every parameter", "[dialects][chat]") {
  const auto read = request(R"([{"role":"user","content":"u"}])",
                            R"(,"max_tokens":9,"max_completion_tokens":7,"temperature":0.5,"top_p":0.9,"top_k":4,
    "min_p":0.1,"seed":3,"presence_penalty":0.2,"frequency_penalty":0.3,"stop":["a","b"],"n":2,"logprobs":true,
    "top_logprobs":5,"logit_bias":{"1":2},"user":"me","service_tier":"flex","verbosity":"low","prompt_cache_key":"k",
    "metadata":{"a":"b"},"stream":true,"stream_options":{"include_usage":true},"parallel_tool_calls":false,
    "tools":[{"type":"function","function":{"name":"f","strict":true}}],"store":true,"reasoning_effort":"low",
    "include_reasoning":false,
    "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}})");
  CHECK(read.max_output == 7);
  CHECK(read.temperature == 0.5);
  CHECK(read.top_k == 4);
  CHECK(read.min_p == 0.1);
  CHECK(read.seed == 3);
  CHECK(read.stop == std::vector<std::string>{"a", "b"});
  CHECK(read.n == 2);
  CHECK(read.top_logprobs == 5);
  CHECK(read.logit_bias == R"({"1":2})");
  CHECK(read.user == "me");
  CHECK(read.cache_key == "k");
  CHECK(read.include_usage == true);
  CHECK(read.parallel_tool_calls == false);
  CHECK(read.tools.at(0).strict == true);
  CHECK(read.reasoning->effort == "low");
  CHECK(read.show_reasoning == false);
  CHECK(read.format->schema == R"({"type":"object"})");
  REQUIRE(read.extensions.size() == 1);
  CHECK(read.extensions[0].key == "store");
}

TEST_CASE("chat requests read reasoning in every way it is asked for", "[dialects][chat]") {
  const auto [member, effort, enabled] = GENERATE(table<std::string, std::string, bool>({
      {R"("reasoning_effort":"high")", "high", true},
      {R"("reasoning_effort":"none")", "none", false},
      {R"("reasoning":{"effort":"low","exclude":true})", "low", true},
      {R"("reasoning":{"enabled":false})", "none", false},
      {R"("thinking":{"type":"disabled"})", "none", false},
      {R"("thinking":{"type":"enabled"})", "", true},
      {R"("enable_thinking":false)", "none", false},
      {R"("chat_template_kwargs":{"thinking":true,"reasoning_effort":"max"})", "max", true},
  }));
  const auto read = request(R"([{"role":"user","content":"u"}])", "," + member);
  REQUIRE(read.reasoning);
  CHECK(read.reasoning->effort == effort);
  CHECK(read.reasoning->enabled == enabled);
}

TEST_CASE("chat requests read a budget of thinking", "[dialects][chat]") {
  const auto member = GENERATE(R"("reasoning":{"max_tokens":2000})", R"("thinking_budget":2000)",
                               R"("thinking":{"type":"enabled","budget_tokens":2000})");
  const auto read = request(R"([{"role":"user","content":"u"}])", "," + std::string(member));
  CHECK(read.reasoning->budget == 2000);
  CHECK(read.reasoning->given_as == ir::ReasoningRequest::GivenAs::budget);
}

TEST_CASE("chat requests read every choice of tools", "[dialects][chat]") {
  using Mode = ir::ToolChoice::Mode;
  const auto [choice, mode, name] = GENERATE(table<std::string, Mode, std::string>({
      {R"("auto")", Mode::automatic, ""},
      {R"("none")", Mode::none, ""},
      {R"("required")", Mode::required, ""},
      {R"({"type":"function","function":{"name":"f"}})", Mode::tool, "f"},
      {R"({"type":"custom","custom":{"name":"f"}})", Mode::tool, "f"},
      {R"({"type":"tool","name":"f"})", Mode::tool, "f"},
  }));
  const auto read = request(R"([{"role":"user","content":"u"}])", R"(,"tools":[{"name":"f"}],"tool_choice":)" + choice);
  CHECK(read.tool_choice->mode == mode);
  CHECK(read.tool_choice->name == name);
  const auto allowed = request(
      R"([{"role":"user","content":"u"}])",
      R"(,"tools":[{"name":"f"}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}})");
  CHECK(allowed.tool_choice->names == std::vector<std::string>{"f"});
  CHECK(allowed.tool_choice->allowed_required);
}

TEST_CASE("an empty list of tools takes its choice with it", "[dialects][chat]") {
  const auto read =
      request(R"([{"role":"user","content":"u"}])", R"(,"tools":[],"tool_choice":"auto","parallel_tool_calls":true)");
  CHECK_FALSE(read.tool_choice);
  CHECK_FALSE(read.parallel_tool_calls);
}

TEST_CASE("chat requests name the field that is wrong", "[dialects][chat]") {
  const auto [members, param] = GENERATE(table<std::string, std::string>({
      {R"("messages":[])", "messages"},
      {R"("messages":"x")", "messages"},
      {R"("x":1)", "messages"},
      {R"("messages":[{"role":"robot","content":"x"}])", "messages[0].role"},
      {R"("messages":[{"content":"x"}])", "messages[0].role"},
      {R"("messages":[{"role":"user"}])", "messages[0].content"},
      {R"("messages":[{"role":"user","content":7}])", "messages[0].content"},
      {R"("messages":[{"role":"user","content":[{"type":"text"}]}])", "messages[0].content[0].text"},
      {R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}])",
       "messages[0].content[0].image_url.url"},
      {R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,?"}}]}])",
       "messages[0].content[0].image_url.url"},
      {R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,AAAA"}}]}])",
       "messages[0].content[0].image_url.url"},
      {R"("messages":[{"role":"tool","content":"x"}])", "messages[0].tool_call_id"},
      {R"("messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}])", "messages[0].tool_calls[0].function"},
      {R"("messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{}}]}])",
       "messages[0].tool_calls[0].function.name"},
      {R"("messages":[{"role":"function","name":"f","content":"x"}])", "messages[0].name"},
      {R"("messages":[{"role":"user","content":"u"}],"temperature":"hot")", "temperature"},
      {R"("messages":[{"role":"user","content":"u"}],"stop":[1])", "stop[0]"},
      {R"("messages":[{"role":"user","content":"u"}],"tools":[{"type":"function"}])", "tools[0].function"},
      {R"("messages":[{"role":"user","content":"u"}],"tools":[{"name":"f"}],"tool_choice":"maybe")", "tool_choice"},
      {R"("messages":[{"role":"user","content":"u"}],"response_format":{"type":"xml"})", "response_format.type"},
      {R"("messages":[{"role":"user","content":"u"}],"response_format":{"type":"json_schema"})",
       "response_format.json_schema"},
  }));
  const auto read = decode(R"({"model":"m",)" + members + "}");
  INFO(members);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::invalid_request);
  CHECK(read.error().param == param);
}

}  // namespace chat_request_decoding
