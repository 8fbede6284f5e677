#include <cstring>

#include "core/dialects/line_safe.h"
#include "core/dialects/openai_chat/one_line.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/json/edits.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {
namespace frame_editing {

bool is_usage_only(json::View choices, json::View usage) {
  return usage.is_object() && choices.is_array() && choices.empty_value();
}

// Usage stands in one event of hundreds: the others are not parsed to find that out.
bool may_change(const sse::Frame& frame, const FrameEdits& edits) {
  constexpr std::string_view key = "\"usage\"";
  if (!edits.model.empty()) return true;
  return edits.strip_usage && ::memmem(frame.data.data(), frame.data.size(), key.data(), key.size()) != nullptr;
}

// The event again with other data: its name and the data, one line each.
void append_rebuilt(std::string& out, const sse::Frame& frame, std::string_view data) {
  const auto at = frame.raw.find(frame.data);
  if (!frame.data.empty() && at != std::string_view::npos) {
    append_line_safe(out, frame.raw.substr(0, at));
    append_line_safe(out, data);
    append_line_safe(out, frame.raw.substr(at + frame.data.size()));
    if (frame.unterminated) out += "\n\n";
    return;
  }
  // The data came on several lines; joined they are one JSON text, and its line ends are white space.
  if (!frame.event.empty()) out.append("event: ").append(frame.event) += '\n';
  out.append("data: ").append(one_line(data)) += "\n\n";
}

}  // namespace frame_editing

void edit_frame(const sse::Frame& frame, const FrameEdits& edits, std::string& out) {
  if (!frame_editing::may_change(frame, edits)) return append_frame(out, frame);
  const auto body = json::parse(frame.data);
  if (!body || !body->is_object()) return append_frame(out, frame);
  json::View model;
  json::View choices;
  json::View usage;
  for (const auto& [key, value] : body->members()) {
    if (key == "model")
      model = value;
    else if (key == "choices")
      choices = value;
    else if (key == "usage")
      usage = value;
  }
  if (edits.strip_usage && frame_editing::is_usage_only(choices, usage)) return;
  json::Edits changes;
  const bool other_name = !edits.model.empty() && model.is_string() && !model.equals(edits.model);
  // An empty name is Azure's first chunk, which says nothing about the model.
  if (other_name && !model.empty_value()) changes.replace(model, json::quoted(edits.model));
  if (edits.strip_usage && usage) changes.erase(*body, "usage");
  if (changes.empty()) return append_frame(out, frame);
  frame_editing::append_rebuilt(out, frame, changes.apply(frame.data));
}

}  // namespace llmgw::dialect::chat
