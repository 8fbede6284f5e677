#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/dialects/dialect.h"

/// Requests in the model, and what the Messages format makes of them.
namespace messages_asking {

using namespace llmgw;

inline ir::Block text(std::string value) { return {ir::Text{std::move(value), {}}, {}, "path"}; }

inline ir::Block call(std::string id, std::string args = "{}", std::string name = "f") {
  return {ir::ToolCall{std::move(id), std::move(name), ir::ToolKind::function, std::move(args)}, {}, "call"};
}

inline ir::Block result(std::string id, std::string value) {
  ir::ToolResult out;
  out.call_id = std::move(id);
  if (!value.empty()) out.content.push_back(text(std::move(value)));
  return {std::move(out), {}, "result"};
}

inline ir::Message user(std::vector<ir::Block> blocks) { return {ir::Role::user, std::move(blocks), {}, "messages"}; }
inline ir::Message assistant(std::vector<ir::Block> blocks) {
  return {ir::Role::assistant, std::move(blocks), {}, "messages"};
}
inline ir::Message tool(std::vector<ir::Block> blocks) { return {ir::Role::tool, std::move(blocks), {}, "messages"}; }

inline ir::Request request(std::vector<ir::Message> messages) {
  ir::Request out;
  out.model = "m";
  out.origin = "openai";
  out.max_output = 100;
  out.messages = std::move(messages);
  return out;
}

inline ir::Tool function(std::string name, std::string schema = R"({"type":"object"})") {
  ir::Tool out;
  out.name = std::move(name);
  out.schema = std::move(schema);
  out.path = "tools[0]";
  return out;
}

/// A request as it is sent, and what was noted about it.
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

inline Encoded encode(const ir::Request& request) {
  Encoded out;
  auto json = dialect::anthropic_messages.encode_request(request, {}, out.notes);
  REQUIRE(json);
  out.json = std::move(*json);
  const auto body = json::parse(out.json);
  REQUIRE(body);
  out.body = *body;
  return out;
}

}  // namespace messages_asking
