#include <catch2/catch_test_macros.hpp>
#include <string>

#include "asking.h"

namespace messages_cache_marks_test {

using namespace messages_asking;
using enum ir::NoteAction;

std::size_t marks_in(std::string_view json) {
  std::size_t marks = 0;
  for (auto at = json.find("cache_control"); at != std::string::npos; at = json.find("cache_control", at + 1)) ++marks;
  return marks;
}

TEST_CASE("messages upstream: of many cache marks the last four stay", "[messages][request]") {
  auto ask = request({user({text("a"), text("b"), text("c")}), assistant({call("1")}), tool({result("1", "x")})});
  for (auto& block : ask.messages[0].blocks) block.cache = R"({"type":"ephemeral"})";
  std::get<ir::ToolResult>(ask.messages[2].blocks[0].value).content[0].cache = R"({"type":"ephemeral","ttl":"1h"})";
  ask.instructions.push_back(text("s"));
  ask.instructions[0].cache = R"({"type":"ephemeral"})";
  ask.tools = {function("f")};
  ask.tools[0].cache = R"({"type":"ephemeral"})";
  const auto sent = encode(ask);
  CHECK(sent.member("tools").find("cache_control") == std::string::npos);
  CHECK(sent.member("system").find("cache_control") == std::string::npos);
  CHECK(marks_in(sent.json) == 4);
  CHECK(sent.json.find(R"("content":"x","cache_control":{"type":"ephemeral","ttl":"1h"})") != std::string::npos);
}

TEST_CASE("messages upstream: only cache marks that are sent count towards the four", "[messages][request]") {
  const std::string mark = R"({"type":"ephemeral"})";
  auto ask = request({user({text("a"), text("b")})});
  for (auto& block : ask.messages[0].blocks) block.cache = mark;
  ask.instructions = {text("s"), text(" ")};
  for (auto& block : ask.instructions) block.cache = mark;
  ask.tools = {function("f"), function("other"), function("hosted")};
  for (auto& tool : ask.tools) tool.cache = mark;
  ask.tools[2].kind = ir::ToolKind::server;
  ask.tool_choice = ir::ToolChoice{};
  ask.tool_choice->mode = ir::ToolChoice::Mode::allowed;
  ask.tool_choice->names = {"f"};
  // One tool is not allowed, one is another service's, and a text of blanks is not sent: four marks are left.
  const auto sent = encode(ask);
  CHECK(marks_in(sent.json) == 4);
  CHECK_FALSE(sent.noted("cache_control", dropped));
}

TEST_CASE("messages upstream: marks inside of what goes as it came count as well", "[messages][request]") {
  const std::string mark = R"({"type":"ephemeral"})";
  auto ask = request({user({text("a"), text("b"), text("c"), text("d")})});
  ask.origin = "anthropic";
  for (auto& block : ask.messages[0].blocks) block.cache = mark;
  ir::Tool hosted;
  hosted.kind = ir::ToolKind::server;
  hosted.name = "web_search";
  hosted.raw = R"({"type":"web_search_20250305","name":"web_search","cache_control":{"type":"ephemeral"}})";
  hosted.cache = mark;
  ask.tools = {hosted};
  const auto sent = encode(ask);
  CHECK(marks_in(sent.json) == 4);
  CHECK(sent.member("tools").find("cache_control") != std::string::npos);
  CHECK(sent.noted("cache_control", dropped));
}

}  // namespace messages_cache_marks_test
