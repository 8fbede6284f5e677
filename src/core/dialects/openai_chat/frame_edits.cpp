#include <cstring>

#include "core/dialects/openai_chat/parts.h"
#include "core/json/edits.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {
namespace frame_editing {

// U+0085, U+2028 and U+2029 may stand raw in JSON, but clients that split lines by Unicode rules (Python's
// str.splitlines) break an event there.
std::string_view line_separator_at(const char* at, const char* end) {
  const auto rest = std::string_view(at, static_cast<std::size_t>(end - at));
  if (rest.starts_with("\xE2\x80\xA8")) return "\\u2028";
  if (rest.starts_with("\xE2\x80\xA9")) return "\\u2029";
  return rest.starts_with("\xC2\x85") ? "\\u0085" : std::string_view{};
}

void append_escaped(std::string& out, std::string_view bytes) {
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  for (const char* at = from; at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    const bool lead = byte == 0xE2 || byte == 0xC2;
    const auto escape = lead ? line_separator_at(at, end) : std::string_view{};
    if (escape.empty()) {
      ++at;
      continue;
    }
    out.append(from, at);
    out += escape;
    at += byte == 0xE2 ? 3 : 2;
    from = at;
  }
  out.append(from, end);
}

bool is_usage_only(json::View choices, json::View usage) {
  return usage.is_object() && choices.is_array() && choices.empty_value();
}

// A last event that came without its blank line gets one: it would not count for the client otherwise.
void append_raw(std::string& out, const sse::Frame& frame) {
  append_escaped(out, frame.raw);
  if (frame.unterminated) out += "\n\n";
}

// The event again with other data: its name and the data, one line each.
void append_rebuilt(std::string& out, const sse::Frame& frame, std::string_view data) {
  const auto at = frame.raw.find(frame.data);
  if (!frame.data.empty() && at != std::string_view::npos) {
    append_escaped(out, frame.raw.substr(0, at));
    append_escaped(out, data);
    append_escaped(out, frame.raw.substr(at + frame.data.size()));
    if (frame.unterminated) out += "\n\n";
    return;
  }
  // The data came on several lines; joined they are one JSON text, and its line ends are white space.
  if (!frame.event.empty()) out.append("event: ").append(frame.event) += '\n';
  std::string line(data);
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  out += "data: ";
  append_escaped(out, line);
  out += "\n\n";
}

}  // namespace frame_editing

void edit_frame(const sse::Frame& frame, const FrameEdits& edits, std::string& out) {
  const auto body = edits.empty() ? Result<json::View>{} : json::parse(frame.data);
  if (edits.empty() || !body || !body->is_object()) return frame_editing::append_raw(out, frame);
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
  if (changes.empty()) return frame_editing::append_raw(out, frame);
  frame_editing::append_rebuilt(out, frame, changes.apply(frame.data));
}

}  // namespace llmgw::dialect::chat
