#include "core/dialects/anthropic_messages/decode_content.h"

#include <utility>

#include "core/dialects/anthropic_messages/decode_media.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/opaque.h"
#include "core/dialects/tools.h"

namespace llmgw::dialect::messages {
namespace reading {

Result<ir::Block> text(json::View block, const json::Path& path) {
  ir::Text out;
  TRY(out.text, json::read_string(block["text"], path / "text"));
  if (const auto citations = block["citations"]; citations.is_array() && !citations.empty_value())
    out.citations = citations.raw();
  return ir::Block{std::move(out), {}, {}};
}

Result<ir::Block> thinking(json::View block, const json::Path& path) {
  ir::Reasoning out;
  TRY(out.text, json::read_string(block["thinking"], path / "thinking"));
  read_signature(block["signature"].string().value_or(""), family, out);
  return ir::Block{std::move(out), {}, {}};
}

Result<ir::Block> redacted_thinking(json::View block, const json::Path& path) {
  ir::Reasoning out;
  TRY(const auto data, json::read_string(block["data"], path / "data"));
  read_encrypted(data, family, out);
  return ir::Block{std::move(out), {}, {}};
}

Result<ir::Block> tool_use(json::View block, const json::Path& path) {
  ir::ToolCall out;
  TRY(out.id, json::read_string(block["id"], path / "id"));
  TRY(out.name, json::read_string(block["name"], path / "name"));
  const auto input = block["input"];
  if (!input.absent()) TRY_VOID(json::read_object(input, path / "input"));
  out.args = input.absent() ? "{}" : compact_json(input.raw());
  return ir::Block{std::move(out), {}, {}};
}

Result<ir::Block> tool_result(json::View block, const json::Path& path) {
  ir::ToolResult out;
  TRY(out.call_id, json::read_string(block["tool_use_id"], path / "tool_use_id"));
  if (const auto content = block["content"]; !content.absent()) {
    TRY(out.content, decode_content(content, path / "content"));
  }
  out.is_error = block["is_error"].boolean().value_or(false);
  return ir::Block{std::move(out), {}, {}};
}

// System text that stands in the middle of a conversation; to a model it is text.
Result<ir::Block> mid_conversation_system(json::View block, const json::Path& path) {
  TRY(const auto parts, decode_content(block["content"], path / "content"));
  ir::Text out;
  for (const auto& part : parts) {
    const auto* piece = std::get_if<ir::Text>(&part.value);
    if (piece == nullptr) continue;
    if (!out.text.empty()) out.text += "\n\n";
    out.text += piece->text;
  }
  return ir::Block{std::move(out), {}, {}};
}

struct Row {
  std::string_view type;
  Result<ir::Block> (*read)(json::View block, const json::Path& path);
};

constexpr Row rows[] = {
    {"text", text},
    {"tool_use", tool_use},
    {"tool_result", tool_result},
    {"image", decode_image},
    {"thinking", thinking},
    {"redacted_thinking", redacted_thinking},
    {"document", decode_document},
    {"search_result", decode_search_result},
    {"mid_conv_system", mid_conversation_system},
};

Result<ir::Block> typed_block(json::View block, const json::Path& path) {
  const auto type = block["type"];
  if (type.absent() && block["text"].is_string()) return text(block, path);
  TRY(auto word, json::read_string(type, path / "type"));
  for (const auto& row : rows) {
    if (row.type == word) return row.read(block, path);
  }
  // Server tools and their results, compaction, and what newer clients bring: only the origin can read them.
  return ir::Block{ir::Opaque{std::string(family), std::move(word), std::string(block.raw())}, {}, {}};
}

Result<ir::Block> block(json::View value, const json::Path& path) {
  TRY_VOID(json::read_object(value, path));
  TRY(auto out, typed_block(value, path));
  if (const auto cache = value["cache_control"]; cache.is_object()) out.cache = std::string(cache.raw());
  out.path = path.text();
  return out;
}

ir::Block plain_text(std::string text, std::string path) {
  return {ir::Text{std::move(text), {}}, {}, std::move(path)};
}

Result<ir::Role> role(json::View message, const json::Path& path) {
  const auto at = path / "role";
  TRY(const auto word, json::read_string(message["role"], at));
  if (word == "user") return ir::Role::user;
  if (word == "assistant") return ir::Role::assistant;
  if (word == "system") return ir::Role::system;
  return json::wrong_type(at, "'user', 'assistant' or 'system'");
}

/// Documents and search results that are to be cited, also those in tool results: no other format can say so.
void note_citations(json::View content, const json::Path& path, ir::Request& request) {
  std::size_t index = 0;
  for (const auto& element : content.elements()) {
    const auto at = path[index++];
    if (element["citations"]["enabled"].boolean().value_or(false)) request.unread.push_back((at / "citations").text());
    if (element["type"].equals("tool_result")) note_citations(element["content"], at / "content", request);
  }
}

}  // namespace reading

Result<std::vector<ir::Block>> decode_content(json::View content, const json::Path& path) {
  std::vector<ir::Block> out;
  if (content.is_string()) {
    auto text = content.string().value_or("");
    if (!text.empty()) out.push_back(reading::plain_text(std::move(text), path.text()));
    return out;
  }
  if (!content.is_array()) return json::wrong_type(path, "a string or an array of content blocks");
  std::size_t index = 0;
  for (const auto& element : content.elements()) {
    TRY(auto block, reading::block(element, path[index++]));
    out.push_back(std::move(block));
  }
  return out;
}

Result<std::vector<ir::Block>> decode_system(json::View system, const json::Path& path) {
  if (!system.is_string()) return decode_content(system, path);
  std::vector<ir::Block> out;
  auto text = system.string().value_or("");
  // A volatile first line is told apart from the prompt, so that it can go without it.
  if (const auto line = text.find('\n'); ir::is_billing_header(text) && line != std::string::npos) {
    out.push_back(reading::plain_text(text.substr(0, line), path.text()));
    text.erase(0, text.find_first_not_of('\n', line));
  }
  if (!text.empty()) out.push_back(reading::plain_text(std::move(text), path.text()));
  return out;
}

Result<> decode_message(json::View message, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(message, path));
  TRY(const auto role, reading::role(message, path));
  TRY(auto blocks, decode_content(message["content"], path / "content"));
  reading::note_citations(message["content"], path / "content", request);
  if (role == ir::Role::system && request.messages.empty()) {
    for (auto& block : blocks) request.instructions.push_back(std::move(block));
    return {};
  }
  ir::Message results{ir::Role::tool, {}, {}, path.text()};
  ir::Message rest{role, {}, {}, path.text()};
  for (auto& block : blocks) {
    const bool result = std::holds_alternative<ir::ToolResult>(block.value);
    (result ? results : rest).blocks.push_back(std::move(block));
  }
  const bool only_results = !results.blocks.empty() && rest.blocks.empty();
  if (!results.blocks.empty()) request.messages.push_back(std::move(results));
  if (!only_results) request.messages.push_back(std::move(rest));
  return {};
}

}  // namespace llmgw::dialect::messages
