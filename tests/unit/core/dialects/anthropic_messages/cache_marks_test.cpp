#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/dialects/dialect.h"

namespace messages_cache_marks_test {

using namespace llmgw;
using enum ir::NoteAction;

ir::Block text(std::string value) { return {ir::Text{std::move(value), {}}, {}, "path"}; }

ir::Block call(std::string id, std::string args = "{}", std::string name = "f") {
  return {ir::ToolCall{std::move(id), std::move(name), ir::ToolKind::function, std::move(args)}, {}, "call"};
}

ir::Block result(std::string id, std::string value) {
  ir::ToolResult out;
  out.call_id = std::move(id);
  if (!value.empty()) out.content.push_back(text(std::move(value)));
  return {std::move(out), {}, "result"};
}

ir::Message user(std::vector<ir::Block> blocks) { return {ir::Role::user, std::move(blocks), {}, "messages"}; }
ir::Message assistant(std::vector<ir::Block> blocks) {
  return {ir::Role::assistant, std::move(blocks), {}, "messages"};
}
ir::Message tool(std::vector<ir::Block> blocks) { return {ir::Role::tool, std::move(blocks), {}, "messages"}; }

ir::Request request(std::vector<ir::Message> messages) {
  ir::Request out;
  out.model = "m";
  out.origin = "openai";
  out.max_output = 100;
  out.messages = std::move(messages);
  return out;
}

ir::Tool function(std::string name, std::string schema = R"({"type":"object"})") {
  ir::Tool out;
  out.name = std::move(name);
  out.schema = std::move(schema);
  out.path = "tools[0]";
  return out;
}

struct Encoded {
  std::string json;
  ir::Notes notes;
  json::View body;
  [[nodiscard]] std::string member(std::string_view name) const { return std::string(body[name].raw()); }
  [[nodiscard]] bool noted(std::string_view path, ir::NoteAction action) const {
    for (const auto& note : notes.all()) {
      if (note.path == path && note.action == action) return true;
    }
    return false;
  }
};

Encoded encode(const ir::Request& request) {
  Encoded out;
  auto json = dialect::anthropic_messages.encode_request(request, {}, out.notes);
  REQUIRE(json);
  out.json = std::move(*json);
  const auto body = json::parse(out.json);
  REQUIRE(body);
  out.body = *body;
  return out;
}

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
