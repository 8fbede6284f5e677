#include "proxy/sim/scenario.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/base/files.h"
#include "core/dialects/dialect.h"

using namespace llmgw;

namespace sim_scenario_test {

sim::Scenario parsed(std::string_view text) {
  auto scenario = sim::parse_scenario(text, "s.toml");
  if (!scenario) FAIL(scenario.error().message);
  return *std::move(scenario);
}

ir::Request chat(std::string_view messages) {
  const auto body = R"({"model":"m","tools":[{"type":"function","function":{"name":"Read"}}],"messages":)" +
                    std::string(messages) + "}";
  const auto view = json::parse(body);
  if (!view) FAIL(view.error().message);
  auto request = dialect::openai_chat.decode_request(*view);
  if (!request) FAIL(request.error().message);
  return *std::move(request);
}

constexpr std::string_view tool_loop = R"(
[settings]
ttft = "5ms"
crlf = true
[[fault]]
script = "status=503"
probability = 0.25
[[turn]]
when = { tool_result = "" }
say = "It says: {tool_result}"
[[turn]]
when = { user = "read", tool = "Read" }
think = "I need the file."
call = [{ name = "Read", args = { file_path = "/a b", limit = 3, deep = [1.5, true] } }]
sim = "chunk-tokens=4"
[[turn]]
when = { user = "raw" }
call = [{ name = "Read", args = '{"broken' }]
finish = "length"
)";

constexpr std::string_view after_result = R"([{"role":"user","content":"read it"},
  {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"Read","arguments":"{}"}}]},
  {"role":"tool","tool_call_id":"c1","content":"forty-two"}])";

TEST_CASE("a scenario holds settings, faults and turns", "[sim]") {
  const auto scenario = parsed(tool_loop);
  CHECK(scenario.settings == std::vector<std::pair<std::string, std::string>>{{"ttft", "5ms"}, {"crlf", "on"}});
  REQUIRE(scenario.faults.size() == 1);
  CHECK(scenario.faults[0].probability == 0.25);
  REQUIRE(scenario.turns.size() == 3);
  CHECK(scenario.turns[1].calls[0].args == R"({"file_path":"/a b","limit":3,"deep":[1.5,true]})");
  CHECK(scenario.turns[2].finish == ir::FinishReason::length);
}

TEST_CASE("the first turn that matches is played, and quotes the request", "[sim]") {
  const auto scenario = parsed(tool_loop);
  const auto call = sim::find_turn(scenario, chat(R"([{"role":"user","content":"please read it"}])"), "openai-chat");
  REQUIRE(call);
  CHECK(call->calls.size() == 1);
  CHECK(call->settings == "chunk-tokens=4");

  const auto answer = sim::find_turn(scenario, chat(after_result), "openai-chat");
  REQUIRE(answer);
  CHECK(answer->say == "It says: forty-two");

  CHECK_FALSE(sim::find_turn(scenario, chat(R"([{"role":"user","content":"hello"}])"), "openai-chat"));
}

TEST_CASE("a turn can ask for a format, a model and a place in the conversation", "[sim]") {
  const auto match = GENERATE(as<std::string_view>{}, R"(api = "anthropic-messages")", R"(model = "other")", "turn = 7",
                              R"(tool = "Write")", R"(system = "x")", R"(tool_result = "x")");
  const auto scenario = parsed("[[turn]]\nwhen = { " + std::string(match) + " }\nsay = \"no\"\n");
  CHECK_FALSE(sim::find_turn(scenario, chat(after_result), "openai-chat"));
  const auto fitting = parsed("[[turn]]\nwhen = { api = \"openai-chat\", model = \"m\", turn = 1 }\nsay = \"yes\"\n");
  CHECK(sim::find_turn(fitting, chat(after_result), "openai-chat"));
}

TEST_CASE("quotes inside a call's arguments are escaped", "[sim]") {
  const auto scenario = parsed("[[turn]]\ncall = [{ name = \"Read\", args = { q = \"{user}\" } }]\n");
  const auto turn = sim::find_turn(scenario, chat(R"([{"role":"user","content":"a \"b\""}])"), "openai-chat");
  REQUIRE(turn);
  CHECK(turn->calls[0].args == R"({"q":"a \"b\""})");
}

TEST_CASE("what is wrong with a scenario is named with its place", "[sim]") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  const auto row = GENERATE(values<Row>({
      {"[[trun]]\n", "s.toml:1:3: unknown key \"trun\"; did you mean \"turn\"?"},
      {"[settings]\nttft = \"fast\"\n", "s.toml:2:1: ttft: "},
      {"[settings]\nttf = 1\n", "s.toml:2:1: unknown setting \"ttf\"; did you mean \"ttft\"?"},
      {"[[fault]]\nscript = \"nonsense\"\n", "s.toml:2:10: unknown setting"},
      {"[[fault]]\nprobability = 2\n", "s.toml:2:15: probability must be"},
      {"[[turn]]\nsay = 3\n", "s.toml:2:7: say must be a text, not a whole number"},
      {"[[turn]]\ncall = [{ args = {} }]\n", "a call needs a name"},
      {"[[turn]]\nwhen = { usr = \"x\" }\n", "did you mean \"user\"?"},
      {"[[turn]]\nfinish = \"bored\"\n", "finish must be one of"},
      {"turn = 1\n", "must be a list of tables"},
      {"[[turn]\n", "s.toml:1:"},
  }));
  CAPTURE(row.text);
  const auto scenario = sim::parse_scenario(row.text, "s.toml");
  REQUIRE_FALSE(scenario);
  CHECK(scenario.error().code == Errc::config);
  CHECK(scenario.error().message.find(row.message) != std::string::npos);
}

TEST_CASE("the example scenarios are valid", "[sim]") {
  const auto name = GENERATE(as<std::string>{}, "tool_loop", "bad_day");
  const auto path = std::string(LLMGW_SOURCE_DIR) + "/examples/sim/" + name + ".toml";
  const auto text = read_file(path);
  REQUIRE(text);
  const auto scenario = sim::parse_scenario(*text, path);
  if (!scenario) FAIL(scenario.error().message);
  CHECK_FALSE(scenario->settings.empty());
}

}  // namespace sim_scenario_test
