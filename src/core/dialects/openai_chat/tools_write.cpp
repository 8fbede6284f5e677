#include <algorithm>
#include <vector>

#include "core/dialects/openai_chat/request_write.h"

namespace llmgw::dialect::chat {
namespace tool_writing {

using Mode = ir::ToolChoice::Mode;

void write_function(Encoding& encoding, const ir::Tool& tool) {
  auto& writer = encoding.writer;
  writer.member("type", "function");
  writer.key("function");
  writer.begin_object();
  const std::string name = encoding.names.wire(tool.name);
  if (name != tool.name) encoding.notes.add(tool.path + ".name", ir::NoteAction::renamed, name);
  writer.member("name", name);
  if (!tool.description.empty()) writer.member("description", tool.description);
  writer.member_raw("parameters", tool.schema.empty() ? R"({"type":"object","properties":{}})" : tool.schema);
  if (tool.strict && encoding.traits.strict_tools) writer.member("strict", *tool.strict);
  if (tool.strict.value_or(false) && !encoding.traits.strict_tools) encoding.dropped(tool.path + ".strict");
  writer.end_object();
}

void write_custom(Encoding& encoding, const ir::Tool& tool) {
  auto& writer = encoding.writer;
  writer.member("type", "custom");
  writer.key("custom");
  writer.begin_object();
  writer.member("name", encoding.names.wire(tool.name));
  if (!tool.description.empty()) writer.member("description", tool.description);
  if (!tool.raw.empty()) writer.member_raw("format", tool.raw);
  writer.end_object();
}

void write_tool(Encoding& encoding, const ir::Tool& tool) {
  encoding.writer.begin_object();
  if (tool.kind == ir::ToolKind::custom)
    write_custom(encoding, tool);
  else
    write_function(encoding, tool);
  if (tool.cache && encoding.traits.cache_marks) encoding.writer.member_raw("cache_control", *tool.cache);
  encoding.writer.end_object();
}

// Tools that the client's service runs itself: only that service can.
std::vector<const ir::Tool*> usable(Encoding& encoding) {
  std::vector<const ir::Tool*> tools;
  for (const auto& tool : encoding.request.tools) {
    const bool own = tool.kind == ir::ToolKind::server && encoding.request.origin == "openai" && !tool.raw.empty();
    if (tool.kind != ir::ToolKind::server || own)
      tools.push_back(&tool);
    else
      encoding.dropped(tool.path, tool.server_type);
  }
  return tools;
}

void write_named(Encoding& encoding, std::string_view name, ir::ToolKind kind) {
  const bool custom = kind == ir::ToolKind::custom;
  auto& writer = encoding.writer;
  writer.begin_object();
  writer.member("type", custom ? "custom" : "function");
  writer.key(custom ? "custom" : "function");
  writer.begin_object();
  writer.member("name", encoding.names.wire(name));
  writer.end_object();
  writer.end_object();
}

using Tools = std::vector<const ir::Tool*>;

const ir::Tool* find(const Tools& tools, std::string_view name) {
  const auto found = std::ranges::find(tools, name, &ir::Tool::name);
  return found == tools.end() ? nullptr : *found;
}

void write_allowed(Encoding& encoding, const ir::ToolChoice& choice, const Tools& tools) {
  auto& writer = encoding.writer;
  writer.begin_object();
  writer.member("type", "allowed_tools");
  writer.key("allowed_tools");
  writer.begin_object();
  writer.member("mode", choice.allowed_required ? "required" : "auto");
  writer.key("tools");
  writer.begin_array();
  for (const auto& name : choice.names) {
    if (const auto* tool = find(tools, name))
      write_named(encoding, name, tool->kind);
    else
      encoding.dropped("tool_choice", name);
  }
  writer.end_array();
  writer.end_object();
  writer.end_object();
}

void write_choice(Encoding& encoding, const ir::ToolChoice& choice, const Tools& tools) {
  if (choice.mode == Mode::tool && find(tools, choice.name) == nullptr)
    return encoding.dropped("tool_choice", choice.name);
  auto& writer = encoding.writer;
  writer.key("tool_choice");
  switch (choice.mode) {
    case Mode::automatic: return writer.string("auto");
    case Mode::none: return writer.string("none");
    case Mode::required: return writer.string("required");
    case Mode::tool: return write_named(encoding, choice.name, choice.kind);
    case Mode::allowed: return write_allowed(encoding, choice, tools);
  }
}

}  // namespace tool_writing

void write_tools(Encoding& encoding) {
  const auto& request = encoding.request;
  const auto tools = tool_writing::usable(encoding);
  if (tools.empty()) {
    if (request.tool_choice && !request.tools.empty()) encoding.dropped("tool_choice");
    return;
  }
  encoding.writer.key("tools");
  encoding.writer.begin_array();
  for (const auto* tool : tools) {
    if (tool->kind == ir::ToolKind::server)
      encoding.writer.raw(tool->raw);
    else
      tool_writing::write_tool(encoding, *tool);
  }
  encoding.writer.end_array();
  if (request.tool_choice) tool_writing::write_choice(encoding, *request.tool_choice, tools);
  if (!request.parallel_tool_calls) return;
  if (encoding.traits.parallel_tool_calls)
    encoding.writer.member("parallel_tool_calls", *request.parallel_tool_calls);
  else if (!*request.parallel_tool_calls)
    encoding.dropped(client_path(request, "parallel_tool_calls"));
}

}  // namespace llmgw::dialect::chat
