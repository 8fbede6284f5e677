#include "core/dialects/tools.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/json/view.h"

using namespace llmgw;

namespace dialect_tools_test {

std::vector<ir::Tool> tools(std::vector<std::string> names) {
  std::vector<ir::Tool> out;
  for (auto& name : names) out.emplace_back().name = std::move(name);
  return out;
}

TEST_CASE("tool names: what fits stays, and nothing has to be restored", "[dialects]") {
  const dialect::ToolNames names(tools({"get_weather", "a-b", std::string(64, 'x')}));
  CHECK_FALSE(names.changed());
  CHECK(names.wire("get_weather") == "get_weather");
  CHECK(names.restore("get_weather") == "get_weather");
}

TEST_CASE("tool names: other characters and long names are changed and restored", "[dialects]") {
  const std::string longest(70, 'n');
  const dialect::ToolNames names(tools({"ns.tool", "größe", "a/b c", longest}));
  CHECK(names.changed());
  CHECK(names.wire("ns.tool") == "ns_tool");
  for (const std::string name : {"ns.tool", "größe", "a/b c", longest.c_str()}) {
    CHECK(dialect::is_plain_id(names.wire(name), 64));
    CHECK(names.restore(names.wire(name)) == name);
  }
  CHECK(names.wire(longest).size() == 64);
}

TEST_CASE("tool names: a changed name never takes the place of another", "[dialects]") {
  const dialect::ToolNames names(tools({"a.b", "a/b", "a_b"}));
  CHECK(names.wire("a_b") == "a_b");
  CHECK(names.wire("a.b") != "a_b");
  CHECK(names.wire("a.b") != names.wire("a/b"));
  CHECK(names.restore(names.wire("a.b")) == "a.b");
  CHECK(names.restore(names.wire("a/b")) == "a/b");
}

TEST_CASE("tool names: a name that nobody declared passes", "[dialects]") {
  const dialect::ToolNames names(tools({"f"}));
  CHECK(names.restore("unknown") == "unknown");
  CHECK(names.wire("un.known") == "un_known");
}

TEST_CASE("tool names: calls in an answer get the client's names", "[dialects]") {
  const dialect::ToolNames names(tools({"ns.tool", "plain"}));
  ir::Events events;
  for (const std::string name : {"ns_tool", "plain", "other"}) {
    ir::BlockOpen open;
    open.kind = ir::BlockKind::tool_call;
    open.name = name;
    events.emplace_back(open);
  }
  names.restore(events);
  CHECK(std::get<ir::BlockOpen>(events[0]).name == "ns.tool");
  CHECK(std::get<ir::BlockOpen>(events[1]).name == "plain");
  CHECK(std::get<ir::BlockOpen>(events[2]).name == "other");
}

TEST_CASE("ids: the plain form is a pure function of the id", "[dialects]") {
  CHECK(dialect::plain_id("call_1-x") == "call_1-x");
  CHECK(dialect::plain_id("functions.f:0") == "functions_f_0");
  CHECK(dialect::plain_id(std::string(65, 'a'), 64).size() == 64);
  CHECK(dialect::plain_id(std::string(65, 'a'), 64) != dialect::plain_id(std::string(66, 'a'), 64));
  CHECK(dialect::is_plain_id(dialect::plain_id("")));
  CHECK(dialect::hashed_id("x") == "x_2d711642");
}

TEST_CASE("arguments: any text becomes an object", "[dialects][req-6]") {
  struct Row {
    std::string_view text;
    std::string_view object;
    bool repaired;
  };
  const auto row =
      GENERATE(Row{"", "{}", false}, Row{" \n", "{}", false},
               Row{R"({ "b" : 1e-7, "a" : [ 1 , 2 ] })", R"({"b":1e-7,"a":[1,2]})", false},
               Row{R"("{\"a\":1}")", R"({"a":1})", false}, Row{"[1, 2]", R"({"value":[1,2]})", true},
               Row{"17", R"({"value":17})", true}, Row{"null", R"({"value":null})", true},
               Row{R"("text")", R"({"value":"text"})", true}, Row{R"({"a":)", "{}", true}, Row{"nonsense", "{}", true});
  const auto arguments = dialect::arguments_object(row.text);
  CHECK(arguments.json == row.object);
  CHECK(arguments.repaired == row.repaired);
}

TEST_CASE("compact JSON keeps strings, numbers and order", "[dialects]") {
  CHECK(dialect::compact_json("{ \"z\" : \" a \\\" b \" ,\n \"a\" : 9007199254740993 , \"u\":\"\\u00e9\" }") ==
        "{\"z\":\" a \\\" b \",\"a\":9007199254740993,\"u\":\"\\u00e9\"}");
}

}  // namespace dialect_tools_test
