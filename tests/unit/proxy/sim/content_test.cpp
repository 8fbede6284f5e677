#include "proxy/sim/content.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/ir/answer.h"
#include "core/json/view.h"
#include "proxy/sim/plan.h"
#include "proxy/sim/sample_json.h"
#include "proxy/sim/words.h"

using namespace llmgw;
using namespace std::chrono_literals;

namespace sim_content_test {

/// A plan with its parts at hand.
struct Made {
  sim::Plan plan;
  ir::Answer answer;
};

Made make(const ir::Request& request, std::string_view script, const std::optional<sim::Turn>& turn = {}) {
  sim::Behaviour behaviour;
  if (const auto applied = sim::apply_script(behaviour, script); !applied) FAIL(applied.error().message);
  IdSource content(1);
  IdSource timing(2);
  Made made;
  made.plan = sim::make_plan({request, behaviour, turn, "call_", 1}, {content, timing});
  ir::Collector collector;
  for (const auto& step : made.plan.steps) collector.add(step.events);
  made.answer = collector.take();
  return made;
}

ir::Request with_tools(std::initializer_list<std::string_view> names) {
  ir::Request request;
  for (const auto name : names) {
    auto& tool = request.tools.emplace_back();
    tool.name = name;
    tool.schema = R"({"type":"object","properties":{"path":{"type":"string"},"n":{"type":"integer","minimum":3}}})";
  }
  return request;
}

std::vector<ir::ToolCall> calls_of(const ir::Answer& answer) {
  std::vector<ir::ToolCall> calls;
  for (const auto& block : answer.choices.at(0).blocks)
    if (const auto* call = std::get_if<ir::ToolCall>(&block.value)) calls.push_back(*call);
  return calls;
}

TEST_CASE("an answer has the tokens asked for and ends with stop", "[sim]") {
  const auto made = make({}, "out-len=20, reasoning=5");
  CHECK(made.plan.output_tokens == 25);
  CHECK(made.plan.reasoning_tokens == 5);
  CHECK(made.answer.complete);
  CHECK(made.answer.choices.at(0).finish == ir::FinishReason::stop);
  CHECK_FALSE(made.answer.text().empty());
  CHECK_FALSE(made.answer.reasoning().empty());
  CHECK(made.answer.usage->output_total == 25);
  CHECK(made.answer.usage->output_reasoning == 5);
}

TEST_CASE("tokens leave at moments fixed from the arrival", "[sim]") {
  const auto made = make({}, "out-len=4, ttft=80ms, itl=10ms");
  std::vector<sim::nanoseconds> moments;
  for (const auto& step : made.plan.steps)
    if (step.tokens > 0) moments.push_back(step.at);
  CHECK(moments == std::vector<sim::nanoseconds>{80ms, 90ms, 100ms, 110ms});
  CHECK(made.plan.first_token == 80ms);
  CHECK(made.plan.last_token == 110ms);
  CHECK(made.plan.steps.front().at == 80ms);
  CHECK(make({}, "role-chunk=early").plan.steps.front().at == 0ms);
}

TEST_CASE("several tokens leave in one event when they are chunked", "[sim]") {
  const auto made = make({}, "out-len=10, chunk-tokens=4, ttft=0, itl=1ms");
  std::vector<std::int64_t> tokens;
  for (const auto& step : made.plan.steps)
    if (step.tokens > 0) tokens.push_back(step.tokens);
  CHECK(tokens == std::vector<std::int64_t>{4, 4, 2});
  CHECK(made.plan.steps[1].at == 3ms);
  CHECK(made.plan.steps[1].events.size() == 2);  // the block opens, one delta
}

TEST_CASE("the client's limit cuts an answer and is named as the reason", "[sim]") {
  ir::Request request;
  request.max_output = 7;
  const auto made = make(request, "out-len=20, reasoning=3");
  CHECK(made.plan.output_tokens == 7);
  CHECK(made.answer.choices.at(0).finish == ir::FinishReason::length);
  CHECK(make(request, "out-len=7").answer.choices.at(0).finish == ir::FinishReason::stop);
}

TEST_CASE("tools are called as the mode and the request say", "[sim]") {
  auto request = with_tools({"a", "b"});
  CHECK(calls_of(make(request, "").answer).empty());
  const auto called = make(request, "tool-calls=auto").answer;
  REQUIRE(calls_of(called).size() == 1);
  CHECK(called.choices.at(0).finish == ir::FinishReason::tool_calls);
  const auto call = calls_of(called).front();
  const auto args = json::parse(call.args);
  REQUIRE(args);
  CHECK((*args)["n"].integer().value_or(0) >= 3);

  request.tool_choice = ir::ToolChoice{.mode = ir::ToolChoice::Mode::none, .name = {}, .names = {}};
  CHECK(calls_of(make(request, "tool-calls=always").answer).empty());
  request.tool_choice = ir::ToolChoice{.mode = ir::ToolChoice::Mode::tool, .name = "b", .names = {}};
  CHECK(calls_of(make(request, "").answer).at(0).name == "b");
  CHECK(calls_of(make(ir::Request{}, "tool-calls=always").answer).empty());
}

TEST_CASE("parallel calls come one after the other or interleaved, and are whole either way", "[sim]") {
  auto request = with_tools({"a", "b"});
  const auto script = GENERATE(as<std::string_view>{}, "tool-calls=split,parallel=3",
                               "tool-calls=split,parallel=3,interleave", "tool-calls=auto,parallel=3,interleave");
  const auto calls = calls_of(make(request, script).answer);
  REQUIRE(calls.size() == 3);
  CHECK(calls[1].name == "b");
  CHECK(calls[0].id != calls[1].id);
  for (const auto& call : calls) CHECK(json::parse(call.args));
  request.parallel_tool_calls = false;
  CHECK(calls_of(make(request, script).answer).size() == 1);
}

TEST_CASE("after a tool result the automatic mode answers in words", "[sim]") {
  auto request = with_tools({"a"});
  auto& message = request.messages.emplace_back();
  message.role = ir::Role::tool;
  message.blocks.push_back({ir::ToolResult{"c", {{ir::Text{"42", {}}, {}, {}}}, false}, {}, {}});
  CHECK(calls_of(make(request, "tool-calls=auto").answer).empty());
  CHECK(calls_of(make(request, "tool-calls=always").answer).size() == 1);
}

TEST_CASE("a scripted turn is played word for word", "[sim]") {
  sim::Turn turn;
  turn.think = "Hm, \u6df1.";
  turn.say = "First line\nsecond  line";
  turn.calls = {{"Read", R"({"p":"a\nb"})"}};
  const auto answer = make({}, "tool-calls=off", turn).answer;
  CHECK(answer.reasoning() == turn.think);
  CHECK(answer.text() == turn.say);
  CHECK(calls_of(answer).at(0).args == turn.calls[0].args);
}

TEST_CASE("each of n choices is complete", "[sim]") {
  ir::Request request;
  request.n = 3;
  const auto answer = make(request, "out-len=5").answer;
  REQUIRE(answer.choices.size() == 3);
  for (const auto& choice : answer.choices) CHECK(choice.finish == ir::FinishReason::stop);
  CHECK(answer.text(0) != answer.text(1));
}

TEST_CASE("a response format makes the text JSON", "[sim]") {
  ir::Request request;
  request.format = ir::ResponseFormat{};
  request.format->kind = ir::ResponseFormat::Kind::json_schema;
  request.format->schema = R"({"type":"object","properties":{"ok":{"type":"boolean"}}})";
  const auto text = make(request, "").answer.text();
  const auto parsed = json::parse(text);
  REQUIRE(parsed);
  CHECK((*parsed)["ok"].boolean().has_value());
}

TEST_CASE("sampled JSON follows the schema", "[sim]") {
  IdSource random(3);
  CHECK(sim::sample_json(R"({"const":5})", random) == "5");
  CHECK(sim::sample_json(R"({"enum":["a","b"]})", random) == "\"a\"");
  CHECK(sim::sample_json(R"({"type":"array","items":{"type":"null"}})", random) == "[null]");
  CHECK(sim::sample_json(R"({"$ref":"#/$defs/x","$defs":{"x":{"const":1}}})", random) == "1");
  CHECK(sim::sample_json(R"({"anyOf":[{"const":2}]})", random) == "2");
  CHECK(sim::sample_json("", random) == "{}");
  CHECK(sim::sample_json("[1", random) == "{}");
  const auto loop = sim::sample_json(R"({"type":"object","properties":{"a":{"$ref":"#"}}})", random);
  CHECK(json::parse(loop));
}

TEST_CASE("a schema without bounds of its own has those of the simulator", "[sim]") {
  IdSource random(1);
  std::string members;
  for (int i = 0; i < 40; ++i) members += (i == 0 ? "" : ",") + ("\"m" + std::to_string(i)) + R"(":{"$ref":"#"})";
  const auto grown = sim::sample_json(R"({"type":"object","properties":{)" + members + "}}", random);
  CHECK(grown.size() < (std::size_t{1} << 20U));
  CHECK(llmgw::json::parse(grown));
  const auto* bounds = R"({"type":"object","properties":{"a":{"type":"integer","minimum":9223372036854775807},)"
                       R"("b":{"type":"integer","minimum":-9223372036854775807,"maximum":9223372036854775807},)"
                       R"("c":{"type":"integer","minimum":3,"maximum":3}}})";
  const auto text = sim::sample_json(bounds, random);
  const auto value = llmgw::json::parse(text);
  REQUIRE(value);
  CHECK((*value)["a"].integer() == 9223372036854775807);
  CHECK((*value)["b"].integer());
  CHECK((*value)["c"].integer() == 3);
}

TEST_CASE("texts are cut at words and never inside a character", "[sim]") {
  CHECK(sim::tokens_of("one two\nthree") == std::vector<std::string>{"one", " two", "\nthree"});
  for (const std::size_t size : {1U, 2U, 5U}) {
    std::string joined;
    for (const auto& piece : sim::pieces_of("a\u00e9\u6df1\U0001F600z", size)) {
      CHECK((static_cast<unsigned char>(piece[0]) & 0xc0U) != 0x80U);
      joined += piece;
    }
    CHECK(joined == "a\u00e9\u6df1\U0001F600z");
  }
}

}  // namespace sim_content_test
