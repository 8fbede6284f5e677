#include "core/dialects/anthropic_messages/decode_options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/dialects/reasoning.h"

namespace llmgw::dialect::messages {
namespace options {

constexpr std::array<std::string_view, 6> known_members{"name", "description",   "input_schema",
                                                        "type", "cache_control", "strict"};

// `input_examples`, `defer_loading` and what newer clients bring; a switch that is off says nothing.
void find_unread(json::View tool, const json::Path& path, std::vector<std::string>& unread) {
  for (const auto& [key, value] : tool.members()) {
    const bool known = std::ranges::find(known_members, key) != known_members.end();
    if (!known && !value.absent() && value.boolean().value_or(true)) unread.push_back((path / key).text());
  }
}

Result<ir::Tool> tool(json::View value, const json::Path& path) {
  TRY_VOID(json::read_object(value, path));
  ir::Tool out;
  out.path = path.text();
  if (const auto cache = value["cache_control"]; cache.is_object()) out.cache = std::string(cache.raw());
  const auto type = value["type"].string().value_or("custom");
  if (type != "custom") {
    out.kind = ir::ToolKind::server;
    out.server_type = type;
    out.name = value["name"].string().value_or("");
    out.raw = value.raw();
    return out;
  }
  TRY(out.name, json::read_string(value["name"], path / "name"));
  out.description = value["description"].string().value_or("");
  if (const auto schema = value["input_schema"]; !schema.absent()) {
    TRY_VOID(json::read_object(schema, path / "input_schema"));
    out.schema = schema.raw();
  }
  out.strict = value["strict"].boolean();
  return out;
}

ir::ReasoningRequest& reasoning(ir::Request& request) {
  if (!request.reasoning) request.reasoning.emplace();
  return *request.reasoning;
}

}  // namespace options

Result<> decode_tools(json::View tools, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_array(tools, path));
  std::size_t index = 0;
  for (const auto& element : tools.elements()) {
    const auto at = path[index++];
    TRY(auto tool, options::tool(element, at));
    if (tool.kind != ir::ToolKind::server) options::find_unread(element, at, request.unread);
    request.tools.push_back(std::move(tool));
  }
  return {};
}

namespace options {

std::optional<ir::ToolChoice::Mode> choice_mode(std::string_view type) {
  using Mode = ir::ToolChoice::Mode;
  if (type == "auto") return Mode::automatic;
  if (type == "any") return Mode::required;
  if (type == "none") return Mode::none;
  if (type == "tool") return Mode::tool;
  return std::nullopt;
}

}  // namespace options

Result<> decode_tool_choice(json::View choice, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(choice, path));
  TRY(const auto type, json::read_string(choice["type"], path / "type"));
  const auto mode = options::choice_mode(type);
  if (!mode) return json::wrong_type(path / "type", "'auto', 'any', 'tool' or 'none'");
  ir::ToolChoice out;
  out.mode = *mode;
  if (out.mode == ir::ToolChoice::Mode::tool) {
    TRY(out.name, json::read_string(choice["name"], path / "name"));
  }
  request.tool_choice = std::move(out);
  if (const auto disabled = choice["disable_parallel_tool_use"].boolean()) request.parallel_tool_calls = !*disabled;
  return {};
}

Result<> decode_thinking(json::View thinking, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(thinking, path));
  TRY(const auto type, json::read_string(thinking["type"], path / "type"));
  auto& reasoning = options::reasoning(request);
  if (type == "disabled") {
    reasoning.enabled = false;
    reasoning.given_as = ir::ReasoningRequest::GivenAs::on_off;
    reasoning.effort = "none";
    request.show_reasoning = false;
    return {};
  }
  if (type == "enabled") {
    reasoning.given_as = ir::ReasoningRequest::GivenAs::budget;
    TRY(reasoning.budget, json::read_integer(thinking["budget_tokens"], path / "budget_tokens"));
  } else if (type == "adaptive") {
    reasoning.adaptive = true;
  } else {
    return json::wrong_type(path / "type", "'enabled', 'adaptive' or 'disabled'");
  }
  request.show_reasoning = !thinking["display"].equals("omitted");
  return {};
}

Result<> decode_output_config(json::View config, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(config, path));
  if (const auto effort = config["effort"]; !effort.absent()) {
    TRY(auto word, json::read_string(effort, path / "effort"));
    if (effort_rank(word) < 0) return json::wrong_type(path / "effort", "'low', 'medium', 'high', 'xhigh' or 'max'");
    auto& reasoning = options::reasoning(request);
    if (reasoning.enabled) reasoning.effort = std::move(word);
  }
  if (const auto format = config["format"]; !format.absent()) return decode_format(format, path / "format", request);
  return {};
}

Result<> decode_format(json::View format, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(format, path));
  TRY(const auto type, json::read_string(format["type"], path / "type"));
  if (type != "json_schema") return json::wrong_type(path / "type", "'json_schema'");
  TRY(const auto schema, json::read_object(format["schema"], path / "schema"));
  ir::ResponseFormat out;
  out.kind = ir::ResponseFormat::Kind::json_schema;
  out.schema = schema.raw();
  request.format = std::move(out);
  return {};
}

}  // namespace llmgw::dialect::messages
