#include "core/dialects/tools.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/json/view.h"

namespace llmgw::dialect {
namespace tool_text {

constexpr std::size_t kept_length = 55;
constexpr std::size_t digest_length = 8;
constexpr std::string_view json_space = " \t\n\r";

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string replaced(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return !plain(c); }, '_');
  return out;
}

std::string wrapped_value(std::string_view json) { return "{\"value\":" + compact_json(json) + "}"; }

}  // namespace tool_text

ToolNames::ToolNames(const std::vector<ir::Tool>& tools, std::size_t max_length) : max_length_(max_length) {
  // Names that fit come first: a changed name must never take the place of one that can stay.
  std::set<std::string, std::less<>> taken;
  for (const auto& tool : tools) {
    if (is_plain_id(tool.name, max_length_)) taken.insert(tool.name);
  }
  for (const auto& tool : tools) {
    if (tool.name.empty() || is_plain_id(tool.name, max_length_) || to_wire_.contains(tool.name)) continue;
    auto name = plain_id(tool.name, max_length_);
    if (taken.contains(name)) name = hashed_id(tool.name);
    taken.insert(name);
    to_client_.emplace(name, tool.name);
    to_wire_.emplace(tool.name, std::move(name));
  }
}

std::string ToolNames::wire(std::string_view name) const {
  const auto found = to_wire_.find(name);
  return found != to_wire_.end() ? found->second : plain_id(name, max_length_);
}

std::string_view ToolNames::restore(std::string_view wire) const {
  const auto found = to_client_.find(wire);
  return found != to_client_.end() ? std::string_view(found->second) : wire;
}

void ToolNames::restore(ir::Events& events) const {
  if (!changed()) return;
  for (auto& event : events) {
    auto* open = std::get_if<ir::BlockOpen>(&event);
    if (open != nullptr && open->kind == ir::BlockKind::tool_call) open->name = std::string(restore(open->name));
  }
}

bool is_plain_id(std::string_view text, std::size_t max_length) {
  return !text.empty() && text.size() <= max_length && std::ranges::all_of(text, tool_text::plain);
}

std::string plain_id(std::string_view text, std::size_t max_length) {
  if (text.empty() || text.size() > max_length) return hashed_id(text);
  return tool_text::replaced(text);
}

std::string hashed_id(std::string_view text) {
  auto out = tool_text::replaced(text.substr(0, tool_text::kept_length));
  out += '_';
  out += sha256_hex(text).substr(0, tool_text::digest_length);
  return out;
}

ObjectArguments arguments_object(std::string_view text) {
  if (text.find_first_not_of(tool_text::json_space) == std::string_view::npos) return {"{}"};
  const auto value = json::parse(text);
  if (!value) return {"{}", true};
  if (value->is_object()) return {compact_json(value->raw())};
  if (const auto inner = value->string()) {
    const auto nested = json::parse(*inner);
    if (nested && nested->is_object()) return {compact_json(nested->raw())};
  }
  return {tool_text::wrapped_value(value->raw()), true};
}

std::string compact_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\' && i + 1 < json.size()) {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string || tool_text::json_space.find(c) == std::string_view::npos) out += c;
  }
  return out;
}

}  // namespace llmgw::dialect
