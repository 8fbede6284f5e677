#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "asking.h"

using namespace llmgw;

namespace messages_request_encode_test {

using enum ir::NoteAction;
using namespace messages_asking;

ir::Block thinking(std::string value, std::string signature, std::string origin = "anthropic") {
  ir::Reasoning out;
  out.text = std::move(value);
  out.signature = std::move(signature);
  out.origin = std::move(origin);
  return {std::move(out), {}, "thinking"};
}

TEST_CASE("messages upstream: one conversation, whole", "[messages][request]") {
  auto ask =
      request({user({text("Weather in Seoul?")}),
               assistant({thinking("Need the tool.", "EqQB"), call("call_1", "{\"city\": \"Seoul\"}", "get_weather")}),
               tool({result("call_1", "18 C")})});
  ask.max_output = 2000;
  ask.instructions.push_back(text("Be brief."));
  ask.tools.push_back(
      function("get_weather", R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})"));
  ask.tools[0].description = "d";
  const auto sent = encode(ask);
  CHECK(sent.json ==
        R"({"model":"m","max_tokens":2000,"tools":[{"name":"get_weather","description":"d","input_schema":)"
        R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],)"
        R"("system":[{"type":"text","text":"Be brief."}],)"
        R"("messages":[{"role":"user","content":[{"type":"text","text":"Weather in Seoul?"}]},)"
        R"({"role":"assistant","content":[{"type":"thinking","thinking":"Need the tool.","signature":"EqQB"},)"
        R"({"type":"tool_use","id":"call_1","name":"get_weather","input":{"city":"Seoul"}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"18 C"}]}]})");
  CHECK(sent.notes.empty());
}

struct Conversation {
  std::string_view name;
  std::vector<ir::Message> messages;
  std::string_view expected;
};

std::vector<Conversation> conversations() {
  return {
      {"turns of one role are merged",
       {user({text("a")}), user({text("b")}), assistant({text("c")}), assistant({text("d")}), user({text("e")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
       R"({"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},)"
       R"({"role":"user","content":[{"type":"text","text":"e"}]}])"},
      {"results of two messages share a turn",
       {user({text("a")}), assistant({call("1"), call("2")}), tool({result("2", "y")}), tool({result("1", "x")}),
        user({text("b")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}},{"type":"tool_use","id":"2","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"2","content":"y"},{"type":"tool_result","tool_use_id":"1","content":"x"},{"type":"text","text":"b"}]}])"},
      {"a late result moves up, a missing one is told",
       {user({text("a")}), assistant({call("1"), call("2")}), user({text("b")}), assistant({text("c")}),
        tool({result("1", "x")}), user({text("d")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}},{"type":"tool_use","id":"2","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"x"},{"type":"tool_result","tool_use_id":"2","content":"[no result]","is_error":true},{"type":"text","text":"b"}]},)"
       R"({"role":"assistant","content":[{"type":"text","text":"c"}]},)"
       R"({"role":"user","content":[{"type":"text","text":"d"}]}])"},
      {"an assistant does not speak first, and a last call is answered",
       {assistant({call("1")})},
       R"j([{"role":"user","content":[{"type":"text","text":"(continued)"}]},)j"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"[no result]","is_error":true}]}])"},
      {"ids that repeat over the turns stay pairs",
       {user({text("a")}), assistant({call("call_0")}), tool({result("call_0", "x")}), assistant({call("call_0")}),
        tool({result("call_0", "y")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"call_0","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"call_0","content":"x"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"call_0_2_d8d9e880","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"call_0_2_d8d9e880","content":"y"}]}])"},
      {"an empty result stays empty, blank text and unsigned thinking go",
       {user({text("a"), text(" \n")}), assistant({thinking("hm", ""), call("x.y:0")}), tool({result("x.y:0", "")}),
        assistant({thinking("hm", "llm", "openai")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"x_y_0","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"x_y_0","content":""}]}])"},
      {"system text in the middle stands after the results",
       {user({text("a")}),
        assistant({call("1")}),
        {ir::Role::system, {text("note")}, {}, "messages[2]"},
        tool({result("1", "x")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},)"
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"x"},{"type":"text","text":"note"}]}])"},
      {"a prefill loses its last white space",
       {user({text("a")}), assistant({text("The answer: \n")})},
       R"([{"role":"user","content":[{"type":"text","text":"a"}]},)"
       R"({"role":"assistant","content":[{"type":"text","text":"The answer:"}]}])"},
  };
}

TEST_CASE("messages upstream: turns alternate, results come first, nothing goes unanswered",
          "[messages][request][req-5]") {
  for (const auto& row : conversations()) {
    INFO(row.name);
    CHECK(encode(request(row.messages)).member("messages") == row.expected);
  }
}

TEST_CASE("messages upstream: a result that answers no call is refused by its id", "[messages][request][req-5]") {
  llmgw::ir::Notes notes;
  const auto refused = llmgw::dialect::anthropic_messages.encode_request(
      request({user({text("a")}), tool({result("call_9", "x")})}), {}, notes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == llmgw::Errc::invalid_request);
  CHECK(refused.error().message.find("call_9") != std::string::npos);
}

TEST_CASE("messages upstream: a system prompt without words is left out", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.instructions = {text(" \n")};
  CHECK(encode(ask).member("system").empty());
  ask.instructions.push_back(text("Be brief."));
  CHECK(encode(ask).member("system") == R"([{"type":"text","text":"Be brief."}])");
}

TEST_CASE("messages upstream: a conversation without content is refused", "[messages][request]") {
  ir::Notes notes;
  const auto sent = dialect::anthropic_messages.encode_request(request({user({text("")})}), {}, notes);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().param == "messages");
}

TEST_CASE("messages upstream: what the format lacks is noted", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.seed = 7;
  ask.min_p = 0.1;
  ask.presence_penalty = 1;
  ask.frequency_penalty = 0;
  ask.logprobs = true;
  ask.logit_bias = "{}";
  ask.temperature = 1.7;
  ask.stop = {"END", " \n"};
  ask.service_tier = "flex";
  ask.user = "u";
  ask.max_output.reset();
  ask.extensions.push_back({"prediction", "{}"});
  const auto sent = encode(ask);
  for (const auto* path : {"seed", "min_p", "presence_penalty", "logprobs", "logit_bias", "stop", "prediction"})
    CHECK(sent.noted(path, dropped));
  CHECK_FALSE(sent.noted("frequency_penalty", dropped));
  CHECK(sent.noted("temperature", clamped));
  CHECK(sent.noted("service_tier", approximated));
  CHECK(sent.noted("max_tokens", added));
  CHECK(sent.member("max_tokens") == "4096");
  CHECK(sent.member("temperature") == "1");
  CHECK(sent.member("stop_sequences") == R"(["END"])");
  CHECK(sent.member("metadata") == R"({"user_id":"u"})");
  CHECK(sent.member("service_tier") == "\"auto\"");
}

TEST_CASE("messages upstream: several answers are refused, not dropped", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.n = 2;
  ir::Notes notes;
  const auto sent = dialect::anthropic_messages.encode_request(ask, {}, notes);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().param == "n");
  CHECK(sent.error().wire_code == "unsupported_parameter");
}

TEST_CASE("messages upstream: the tool choice is carried exactly", "[messages][request]") {
  struct Row {
    ir::ToolChoice choice;
    std::optional<bool> parallel;
    std::string_view expected;
  };
  using Mode = ir::ToolChoice::Mode;
  const auto row =
      GENERATE(Row{{Mode::automatic, {}, {}, false, {}}, std::nullopt, R"({"type":"auto"})"},
               Row{{Mode::none, {}, {}, false, {}}, false, R"({"type":"none"})"},
               Row{{Mode::required, {}, {}, false, {}}, false, R"({"type":"any","disable_parallel_tool_use":true})"},
               Row{{Mode::tool, "a.b", {}, false, {}}, true, R"({"type":"tool","name":"a_b"})"},
               Row{{Mode::allowed, {}, {"g"}, true, {}}, std::nullopt, R"({"type":"any"})"});
  auto ask = request({user({text("a")})});
  ask.tools = {function("a.b"), function("g")};
  ask.tool_choice = row.choice;
  ask.parallel_tool_calls = row.parallel;
  const auto sent = encode(ask);
  CHECK(sent.member("tool_choice") == row.expected);
  CHECK(sent.noted("tools[0].name", renamed) == (row.choice.mode != Mode::allowed));
  ask.tool_choice.reset();
  ask.parallel_tool_calls = false;
  CHECK(encode(ask).member("tool_choice") == R"({"type":"auto","disable_parallel_tool_use":true})");
  ask.tools.clear();
  CHECK(encode(ask).member("tool_choice").empty());
}

TEST_CASE("messages upstream: schemas have an object at the root", "[messages][request]") {
  struct Row {
    std::string_view schema;
    std::string_view expected;
  };
  const auto row = GENERATE(
      Row{"", R"({"type":"object","properties":{}})"}, Row{"{}", R"({"type":"object","properties":{}})"},
      Row{R"({"type":"object","properties":{"a":{"const": 1}}})",
          R"({"type":"object","properties":{"a":{"const": 1}}})"},
      Row{R"({"$schema":"s","properties":{"a":{}},"required":["a"]})",
          R"({"type":"object","$schema":"s","properties":{"a":{}},"required":["a"]})"},
      Row{R"({"anyOf":[{"properties":{"a":{},"b":{}},"required":["a","b"]},{"properties":{"b":{},"c":{}},"required":["b"]}]})",
          R"({"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["b"]})"},
      Row{R"({"type":"object","allOf":[{"properties":{"a":{}},"required":["a"]},{"required":["b"]}]})",
          R"({"type":"object","properties":{"a":{}},"required":["a","b"]})"});
  auto ask = request({user({text("a")})});
  ask.tools = {function("f", std::string(row.schema))};
  const auto sent = encode(ask);
  CHECK(sent.body["tools"].raw() == R"([{"name":"f","input_schema":)" + std::string(row.expected) + "}]");
}

TEST_CASE("messages upstream: a free-text tool has one text field", "[messages][request]") {
  auto ask = request({user({text("a")}), assistant({call("1")}), tool({result("1", "x")})});
  std::get<ir::ToolCall>(ask.messages[1].blocks[0].value).kind = ir::ToolKind::custom;
  std::get<ir::ToolCall>(ask.messages[1].blocks[0].value).args = "*** \"patch\"";
  ask.tools = {function("f", "")};
  ask.tools[0].kind = ir::ToolKind::custom;
  ask.tools[0].description = "Edits.";
  ask.tools[0].raw = R"({"type":"grammar","grammar":{"syntax":"regex","definition":"a+"}})";
  const auto sent = encode(ask);
  CHECK(sent.json.find(R"("description":"Edits.\nThe input must match this regex grammar:\na+")") != std::string::npos);
  CHECK(sent.json.find(R"("input":{"input":"*** \"patch\""})") != std::string::npos);
  CHECK(sent.json.find(R"("required":["input"])") != std::string::npos);
  CHECK(sent.noted("tools[0]", approximated));
}

TEST_CASE("messages upstream: an output schema is closed and told in words where it must be", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.format = ir::ResponseFormat{};
  ask.format->kind = ir::ResponseFormat::Kind::json_schema;
  ask.format->schema =
      R"({"type":"object","properties":{"n":{"type":"integer","minimum":1,"description":"count"},)"
      R"("d":{"type":"string","format":"date"},"x":{"oneOf":[{"type":"string","maxLength":3},{"type":"null"}]}},"additionalProperties":true})";
  CHECK(encode(ask).member("output_config") ==
        R"({"format":{"type":"json_schema","schema":{"type":"object","properties":{"n":{"type":"integer",)"
        R"j("description":"count (minimum: 1)"},"d":{"type":"string","format":"date"},)j"
        R"j("x":{"anyOf":[{"type":"string","description":"(maxLength: 3)"},{"type":"null"}]}},)j"
        R"("additionalProperties":false}}})");
  ask.model = "claude-3-7-sonnet-latest";
  const auto old = encode(ask);
  CHECK(old.member("output_config").empty());
  CHECK(old.noted("response_format", approximated));
  CHECK(old.member("system").find("JSON Schema") != std::string::npos);
  ask.format->kind = ir::ResponseFormat::Kind::json_object;
  CHECK(encode(ask).member("system") == R"([{"type":"text","text":"Answer with one JSON object only."}])");
}

TEST_CASE("messages upstream: the wish to think fits the model", "[messages][request]") {
  struct Row {
    std::string_view model;
    std::string_view effort;
    std::int64_t max_output;
    std::string_view thinking;
    std::string_view config;
  };
  const auto row =
      GENERATE(Row{"claude-sonnet-4-5-20250929", "medium", 10000, R"({"type":"enabled","budget_tokens":3000})", ""},
               Row{"local-model", "high", 10000, R"({"type":"enabled","budget_tokens":6000})", ""},
               Row{"claude-3-7-sonnet-latest", "low", 1000, "", ""},
               Row{"claude-opus-4-6", "xhigh", 1000, R"({"type":"adaptive"})", R"({"effort":"high"})"},
               Row{"anthropic/claude-opus-4.7", "xhigh", 1000, R"({"type":"adaptive","display":"summarized"})",
                   R"({"effort":"xhigh"})"},
               Row{"us.anthropic.claude-sonnet-5-v1:0", "minimal", 1000,
                   R"({"type":"adaptive","display":"summarized"})", R"({"effort":"low"})"},
               Row{"claude-opus-4-6", "none", 1000, R"({"type":"disabled"})", ""});
  auto ask = request({user({text("a")})});
  ask.model = row.model;
  ask.max_output = row.max_output;
  ask.reasoning = ir::ReasoningRequest{};
  ask.reasoning->effort = row.effort;
  const auto sent = encode(ask);
  CHECK(sent.member("thinking") == row.thinking);
  CHECK(sent.member("output_config") == row.config);
}

TEST_CASE("messages upstream: thinking rules sampling parameters out", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.max_output = 10000;
  ask.temperature = 0.3;
  ask.top_p = 0.5;
  ask.top_k = 10;
  CHECK(encode(ask).member("temperature") == "0.3");
  ask.reasoning = ir::ReasoningRequest{};
  ask.reasoning->budget = 2000;
  const auto sent = encode(ask);
  CHECK(sent.member("thinking") == R"({"type":"enabled","budget_tokens":2000})");
  CHECK(sent.member("temperature").empty());
  CHECK(sent.member("top_p") == "0.95");
  CHECK(sent.member("top_k").empty());
  CHECK(sent.noted("temperature", dropped));
  ask.reasoning.reset();
  ask.model = "claude-opus-4-7";
  CHECK(encode(ask).member("top_p").empty());
  ask.model = "claude-sonnet-4-20250514";
  CHECK(encode(ask).noted("top_p", dropped));
}

TEST_CASE("messages upstream: a forced tool is told apart from thinking to models that think by default",
          "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.model = "claude-opus-4-8";
  ask.max_output = 2000;
  ask.reasoning = ir::ReasoningRequest{};
  ask.reasoning->effort = "high";
  ask.tools = {function("f")};
  ask.tool_choice = ir::ToolChoice{};
  ask.tool_choice->mode = ir::ToolChoice::Mode::tool;
  ask.tool_choice->name = "f";
  const auto sent = encode(ask);
  CHECK(sent.member("thinking") == R"({"type":"disabled"})");
  CHECK(sent.member("tool_choice") == R"({"type":"tool","name":"f"})");
  CHECK(sent.noted("reasoning_effort", dropped));
}

TEST_CASE("messages upstream: a forced tool or a foreign tool loop switches thinking off", "[messages][request]") {
  auto ask = request({user({text("a")})});
  ask.max_output = 10000;
  ask.tools = {function("f")};
  ask.reasoning = ir::ReasoningRequest{};
  ask.reasoning->effort = "high";
  ask.tool_choice = ir::ToolChoice{ir::ToolChoice::Mode::required, {}, {}, false, {}};
  const auto forced = encode(ask);
  CHECK(forced.member("thinking").empty());
  CHECK(forced.member("tool_choice") == R"({"type":"any"})");
  CHECK(forced.noted("reasoning_effort", dropped));
  ask.tool_choice.reset();
  ask.messages = {user({text("a")}), assistant({thinking("t", "from-elsewhere", "openai"), call("1")}),
                  tool({result("1", "x")})};
  CHECK(encode(ask).member("thinking").empty());
  CHECK(encode(ask).noted("thinking", dropped));
  ask.messages[1].blocks[0] = thinking("t", "EqQB");
  CHECK_FALSE(encode(ask).member("thinking").empty());
}

TEST_CASE("messages upstream: the beginning of an answer switches thinking off", "[messages][request]") {
  auto ask = request({user({text("a")}), assistant({text("{")})});
  ask.max_output = 10000;
  ask.reasoning = ir::ReasoningRequest{};
  ask.reasoning->effort = "high";
  const auto sent = encode(ask);
  CHECK(sent.member("thinking").empty());
  CHECK(sent.noted("thinking", dropped));
  CHECK(sent.member("messages").ends_with(R"({"role":"assistant","content":[{"type":"text","text":"{"}]}])"));
  ask.messages.push_back(user({text("b")}));
  CHECK_FALSE(encode(ask).member("thinking").empty());
}

TEST_CASE("messages upstream: pictures are labelled by their bytes", "[messages][request]") {
  ir::Image image;
  image.media_type = "image/jpeg";
  image.data = "iVBORw0KGgoAAAANSUhEUg==";
  auto ask = request({user({text("a"), {image, {}, "messages[0].content[1].image_url.url"}})});
  CHECK(encode(ask).json.find(R"("media_type":"image/png")") != std::string::npos);
  const std::string broken = GENERATE("not base64!", "", "AAAA====");
  std::get<ir::Image>(ask.messages[0].blocks[1].value).data = broken;
  ir::Notes notes;
  const auto sent = dialect::anthropic_messages.encode_request(ask, {}, notes);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().wire_code == "image_decode_error");
  CHECK(sent.error().param == "messages[0].content[1].image_url.url");
}

TEST_CASE("messages upstream: what it cannot read is refused with its path", "[messages][request]") {
  const ir::Block block = GENERATE(ir::Block{ir::Audio{"AAAA", "wav"}, {}, "p"},
                                   ir::Block{ir::Image{"image/tiff", "AAAA", {}, {}, {}}, {}, "p"},
                                   ir::Block{ir::Image{{}, {}, "file:///etc/passwd", {}, {}}, {}, "p"},
                                   ir::Block{ir::File{"application/zip", "AAAA", {}, {}, {}, {}, {}, {}}, {}, "p"});
  ir::Notes notes;
  const auto sent = dialect::anthropic_messages.encode_request(request({user({block})}), {}, notes);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == Errc::invalid_request);
  CHECK(sent.error().param == "p");
  CHECK(sent.error().wire_code == "unsupported_content");
}

TEST_CASE("messages upstream: pictures in an assistant turn go, those in a result stay",
          "[messages][request][req-25]") {
  const ir::Block picture{ir::Image{{}, {}, "https://x/y.png", {}, {}}, {}, "picture"};
  auto shown = result("1", "see");
  std::get<ir::ToolResult>(shown.value).content.push_back(picture);
  const auto sent = encode(request({user({text("a")}), assistant({picture, call("1")}), tool({shown})}));
  CHECK(sent.noted("picture", dropped));
  CHECK(
      sent.json.find(
          R"("content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"url","url":"https://x/y.png"}}])") !=
      std::string::npos);
}

TEST_CASE("messages upstream: arguments that are no object are repaired with a note", "[messages][request]") {
  const auto sent = encode(request({user({text("a")}), assistant({call("1", "{\"cut\":")}), tool({result("1", "x")})}));
  CHECK(sent.json.find(R"("input":{})") != std::string::npos);
  CHECK(sent.noted("call", approximated));
}

TEST_CASE("messages upstream: what came from Messages goes back as it came", "[messages][request]") {
  const std::string body =
      R"({"model":"claude-x","max_tokens":50,"context_management":{"edits":[1]},)"
      R"("tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}],)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"}]},)"
      R"({"role":"assistant","content":[{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}},)"
      R"({"type":"redacted_thinking","data":"Blob"},{"type":"text","text":"done"}]},)"
      R"({"role":"user","content":[{"type":"text","text":"more"}]}]})";
  const auto view = json::parse(body);
  REQUIRE(view);
  const auto read = dialect::anthropic_messages.decode_request(*view);
  REQUIRE(read);
  const auto sent = encode(*read);
  CHECK(sent.json == body);
  CHECK(sent.notes.empty());
}

}  // namespace messages_request_encode_test
