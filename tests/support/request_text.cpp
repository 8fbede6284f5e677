#include "support/request_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/overloaded.h"
#include "core/dialects/tools.h"

namespace llmgw::fixtures {
namespace request_texts {

// Ids by the order in which they come up: each format has its own spelling of them.
using Ids = std::vector<std::string>;

std::size_t number_of(const std::string& id, Ids& ids) {
  const auto found = std::ranges::find(ids, id);
  if (found != ids.end()) return static_cast<std::size_t>(found - ids.begin());
  ids.push_back(id);
  return ids.size() - 1;
}

std::string block_text(const ir::Block& block, Ids& ids);

std::string blocks_text(const std::vector<ir::Block>& blocks, Ids& ids) {
  std::string out;
  for (const auto& block : blocks) {
    const auto text = block_text(block, ids);
    if (text.empty()) continue;
    if (!out.empty()) out += '|';
    out += text;
  }
  return out;
}

std::string block_text(const ir::Block& block, Ids& ids) {
  return std::visit(
      overloaded{
          [](const ir::Text& text) { return text.text; },
          [](const ir::Refusal& refusal) { return refusal.text; },
          [](const ir::Image& image) {
            return image.url.empty() ? fmt::format("image({},{} bytes)", image.media_type, image.data.size())
                                     : "image(" + image.url + ")";
          },
          [](const ir::File& file) { return fmt::format("file({} bytes){}", file.data.size(), file.text); },
          [](const ir::Audio& audio) { return "audio(" + audio.format + ")"; },
          [](const ir::Reasoning&) { return std::string{}; },  // travels only where it is signed or taken back
          [&](const ir::ToolCall& call) {
            return fmt::format("call({},{},{})", number_of(call.id, ids), call.name,
                               dialect::arguments_object(call.args).json);
          },
          [&](const ir::ToolResult& result) {
            return fmt::format("result({},{})", number_of(result.call_id, ids), blocks_text(result.content, ids));
          },
          [](const ir::Opaque& opaque) { return "opaque(" + opaque.type + ")"; },
      },
      block.value);
}

std::string_view side(ir::Role role) {
  return role == ir::Role::assistant                               ? "assistant"
         : role == ir::Role::system || role == ir::Role::developer ? "system"
                                                                   : "user";
}

void add_turns(const ir::Request& request, Ids& ids, std::string& out) {
  std::string_view last;
  for (const auto& message : request.messages) {
    const auto text = blocks_text(message.blocks, ids);
    if (text.empty()) continue;
    const auto who = side(message.role);
    out += who == last ? "|" + text : fmt::format("\n{}: {}", who, text);
    last = who;
  }
  out += '\n';
}

void add_tools(const ir::Request& request, std::string& out) {
  for (const auto& tool : request.tools) {
    if (tool.kind == ir::ToolKind::server) continue;
    const auto schema = tool.schema.empty() ? std::string("{}") : dialect::compact_json(tool.schema);
    out += fmt::format("tool {} {} {}\n", tool.name, tool.description, schema);
  }
  if (!request.tool_choice || request.tool_choice->mode == ir::ToolChoice::Mode::automatic) return;
  out += fmt::format("choice {} {}\n", static_cast<int>(request.tool_choice->mode), request.tool_choice->name);
}

}  // namespace request_texts

std::string text_of(const ir::Request& request) {
  std::string out;
  request_texts::Ids ids;
  const auto system = request_texts::blocks_text(request.instructions, ids);
  if (!system.empty()) out += "system: " + system;
  request_texts::add_turns(request, ids, out);
  request_texts::add_tools(request, out);
  for (const auto& stop : request.stop) out += "stop " + stop + "\n";
  if (request.format && request.format->kind == ir::ResponseFormat::Kind::json_schema) {
    out += "format " + dialect::compact_json(request.format->schema) + "\n";
  }
  if (request.parallel_tool_calls == false) out += "one call at a time\n";
  return out;
}

}  // namespace llmgw::fixtures
