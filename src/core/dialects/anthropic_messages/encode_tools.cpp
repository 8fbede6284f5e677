#include "core/dialects/anthropic_messages/encode_tools.h"

#include <set>
#include <string_view>

#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/anthropic_messages/schemas.h"
#include "core/dialects/custom_calls.h"

namespace llmgw::dialect::messages {
namespace tool_writing {

using Mode = ir::ToolChoice::Mode;

class ToolWriter {
 public:
  ToolWriter(Output out, const ir::Request& request, const ToolNames& names)
      : writer_(out.writer), request_(request), names_(names), notes_(out.notes) {
    if (request.tool_choice) allowed_.insert(request.tool_choice->names.begin(), request.tool_choice->names.end());
  }
  /// How many tools were written.
  std::size_t tools(CacheMarks& marks);
  void choice();

 private:
  bool wanted(const ir::Tool& tool);
  void tool(const ir::Tool& tool, CacheMarks& marks);
  [[nodiscard]] std::string_view choice_word() const;

  json::Writer& writer_;
  const ir::Request& request_;
  const ToolNames& names_;
  ir::Notes& notes_;
  std::set<std::string_view> allowed_;
};

bool ToolWriter::wanted(const ir::Tool& tool) {
  if (tool.kind == ir::ToolKind::server && request_.origin != family) {
    notes_.add(tool.path, ir::NoteAction::dropped, "a tool that another service runs");
    return false;
  }
  const auto& choice = request_.tool_choice;
  if (!choice || choice->mode != Mode::allowed) return true;
  return allowed_.contains(tool.name);
}

void ToolWriter::tool(const ir::Tool& tool, CacheMarks& marks) {
  if (tool.kind == ir::ToolKind::server) {
    marks.carried(tool.cache);
    return writer_.raw(tool.raw);
  }
  writer_.begin_object();
  const auto name = names_.wire(tool.name);
  writer_.member("name", name);
  if (name != tool.name) notes_.add(tool.path + ".name", ir::NoteAction::renamed, name);
  auto description = tool.description;
  if (tool.kind == ir::ToolKind::custom) {
    const auto format = custom_format_words(tool.raw);
    if (!format.empty()) description += (description.empty() ? "" : "\n") + format;
    notes_.add(tool.path, ir::NoteAction::approximated, "a free-text tool is sent as one with a text field");
  }
  if (!description.empty()) writer_.member("description", description);
  if (tool.kind == ir::ToolKind::custom) {
    writer_.member_raw("input_schema", custom_schema());
  } else {
    const auto schema = tool_schema(tool.schema);
    if (schema.merged) notes_.add(tool.path, ir::NoteAction::approximated, "the root of the schema was merged");
    writer_.member_raw("input_schema", schema.json);
  }
  if (tool.strict && request_.origin == family)
    writer_.member("strict", *tool.strict);
  else if (tool.strict.value_or(false))
    notes_.add(tool.path + ".strict", ir::NoteAction::dropped);
  marks.write(writer_, tool.cache);
  writer_.end_object();
}

std::size_t ToolWriter::tools(CacheMarks& marks) {
  std::size_t written = 0;
  for (const auto& entry : request_.tools) {
    if (!wanted(entry)) continue;
    if (written++ == 0) {
      writer_.key("tools");
      writer_.begin_array();
    }
    tool(entry, marks);
  }
  if (written > 0) writer_.end_array();
  return written;
}

std::string_view ToolWriter::choice_word() const {
  if (!request_.tool_choice) return "auto";
  switch (request_.tool_choice->mode) {
    case Mode::automatic: return "auto";
    case Mode::none: return "none";
    case Mode::required: return "any";
    case Mode::tool: return "tool";
    case Mode::allowed: return request_.tool_choice->allowed_required ? "any" : "auto";
  }
  return "auto";
}

void ToolWriter::choice() {
  const bool sequential = request_.parallel_tool_calls == false;
  if (!request_.tool_choice && !sequential) return;
  const auto word = choice_word();
  writer_.key("tool_choice");
  writer_.begin_object();
  writer_.member("type", word);
  if (word == "tool") writer_.member("name", names_.wire(request_.tool_choice->name));
  if (sequential && word != "none") writer_.member("disable_parallel_tool_use", true);
  writer_.end_object();
}

}  // namespace tool_writing

void write_tools(Output out, const ir::Request& request, const ToolNames& names, CacheMarks& marks) {
  tool_writing::ToolWriter tools(out, request, names);
  if (tools.tools(marks) > 0) return tools.choice();
  // The API refuses a choice without tools.
  if (request.tool_choice && request.tool_choice->mode != ir::ToolChoice::Mode::none)
    out.notes.add("tool_choice", ir::NoteAction::dropped, "no tools are sent");
}

}  // namespace llmgw::dialect::messages
