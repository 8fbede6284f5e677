#include <utility>

#include "core/dialects/openai_chat/request_read.h"

namespace llmgw::dialect::chat {
namespace tool_reading {

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

std::string raw_of(json::View value) { return value.absent() ? std::string{} : std::string(value.raw()); }

Result<> read_function(json::View function, const json::Path& path, ir::Tool& tool) {
  TRY(tool.name, json::read_string(function["name"], path / "name"));
  tool.description = text_of(function["description"]);
  // `input_schema` is the Messages API's name, sent here by agents that speak both.
  const auto schema = function["parameters"];
  tool.schema = raw_of(schema.absent() ? function["input_schema"] : schema);
  if (const auto strict = function["strict"]; !strict.absent()) {
    TRY(tool.strict, json::read_boolean(strict, path / "strict"));
  }
  return {};
}

Result<> read_custom(json::View custom, const json::Path& path, ir::Tool& tool) {
  tool.kind = ir::ToolKind::custom;
  TRY(tool.name, json::read_string(custom["name"], path / "name"));
  tool.description = text_of(custom["description"]);
  tool.raw = raw_of(custom["format"]);
  return {};
}

Result<ir::Tool> read_tool(json::View tool, const json::Path& path) {
  TRY_VOID(json::read_object(tool, path));
  ir::Tool out;
  out.path = path.text();
  if (const auto mark = tool["cache_control"]; mark.is_object()) out.cache = std::string(mark.raw());
  const auto type = tool["type"];
  if (tool["function"].is_object()) {
    TRY_VOID(read_function(tool["function"], path / "function", out));
    return out;
  }
  if (tool["custom"].is_object()) {
    TRY_VOID(read_custom(tool["custom"], path / "custom", out));
    return out;
  }
  const bool bare = type.absent() || type.equals("function") || type.equals("custom");
  if (bare && tool["name"].is_string()) {
    TRY_VOID(read_function(tool, path, out));
    return out;
  }
  if (bare) return json::wrong_type(path / "function", "an object");
  out.kind = ir::ToolKind::server;
  out.server_type = text_of(type);
  out.name = text_of(tool["name"]);
  if (out.name.empty()) out.name = out.server_type;
  out.raw = std::string(tool.raw());
  return out;
}

Result<> read_word(std::string_view word, const json::Path& path, ir::ToolChoice& choice) {
  using Mode = ir::ToolChoice::Mode;
  if (word == "auto")
    choice.mode = Mode::automatic;
  else if (word == "none")
    choice.mode = Mode::none;
  else if (word == "required" || word == "any")
    choice.mode = Mode::required;  // `any`: Mistral, Messages
  else
    return json::wrong_type(path, "none, auto, required or an object that names a tool");
  return {};
}

Result<> read_allowed(json::View allowed, const json::Path& path, ir::ToolChoice& choice) {
  choice.mode = ir::ToolChoice::Mode::allowed;
  choice.allowed_required = allowed["mode"].equals("required");
  std::size_t number = 0;
  for (const json::View tool : allowed["tools"].elements()) {
    const auto list = path / "tools";
    const auto tool_path = list[number++];
    const auto holder = tool["function"].is_object() ? tool["function"]
                        : tool["custom"].is_object() ? tool["custom"]
                                                     : tool;
    TRY(auto name, json::read_string(holder["name"], tool_path / "name"));
    choice.names.push_back(std::move(name));
  }
  return {};
}

Result<> read_choice_object(json::View value, const json::Path& path, ir::ToolChoice& choice) {
  const auto type = value["type"];
  if (type.equals("allowed_tools")) {
    const auto inner = value["allowed_tools"].is_object() ? value["allowed_tools"] : value;
    return read_allowed(inner, path / "allowed_tools", choice);
  }
  const bool custom = value["custom"].is_object();
  const auto holder = custom ? value["custom"] : value["function"].is_object() ? value["function"] : value;
  if (holder["name"].is_string()) {
    choice.mode = ir::ToolChoice::Mode::tool;
    choice.kind = custom ? ir::ToolKind::custom : ir::ToolKind::function;
    choice.name = text_of(holder["name"]);
    return {};
  }
  return read_word(text_of(type), path, choice);
}

}  // namespace tool_reading

Result<> read_tools(json::View tools, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_array(tools, path));
  request.tools.clear();  // of a repeated key the last one counts
  std::size_t number = 0;
  for (const json::View tool : tools.elements()) {
    TRY(auto read, tool_reading::read_tool(tool, path[number++]));
    request.tools.push_back(std::move(read));
  }
  return {};
}

Result<> read_tool_choice(json::View value, const json::Path& path, ir::Request& request) {
  ir::ToolChoice choice;
  if (value.is_object()) {
    TRY_VOID(tool_reading::read_choice_object(value, path, choice));
  } else {
    TRY(const auto word, json::read_string(value, path));
    TRY_VOID(tool_reading::read_word(word, path, choice));
  }
  request.tool_choice = std::move(choice);
  return {};
}

Result<> read_response_format(json::View value, const json::Path& path, ir::Request& request) {
  using Kind = ir::ResponseFormat::Kind;
  TRY_VOID(json::read_object(value, path));
  TRY(const auto type, json::read_string(value["type"], path / "type"));
  ir::ResponseFormat format;
  if (type == "json_schema") {
    const auto schema_path = path / "json_schema";
    TRY(const auto schema, json::read_object(value["json_schema"], schema_path));
    format.kind = Kind::json_schema;
    format.name = tool_reading::text_of(schema["name"]);
    format.description = tool_reading::text_of(schema["description"]);
    format.schema = tool_reading::raw_of(schema["schema"]);
    format.strict = schema["strict"].boolean();
  } else if (type == "json_object") {
    // llama.cpp takes a schema beside the type.
    format.schema = tool_reading::raw_of(value["schema"]);
    format.kind = format.schema.empty() ? Kind::json_object : Kind::json_schema;
  } else if (type != "text") {
    return json::wrong_type(path / "type", "text, json_object or json_schema");
  }
  request.format = std::move(format);
  return {};
}

}  // namespace llmgw::dialect::chat
