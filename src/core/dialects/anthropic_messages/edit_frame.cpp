#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/line_safe.h"
#include "core/json/edits.h"
#include "core/json/writer.h"
#include "core/sse/encoder.h"

namespace llmgw::dialect::messages {
namespace frame_editing {

// The only event that names the model; all others pass without a look at their JSON.
bool is_message_start(const sse::Frame& frame) {
  if (!frame.event.empty() && frame.event != "message_start") return false;
  return frame.data.find("\"message_start\"") != std::string_view::npos || frame.event == "message_start";
}

bool restamp(const sse::Frame& frame, std::string_view model, std::string& out) {
  const auto body = json::parse(frame.data);
  if (!body) return false;
  const auto message = (*body)["message"];
  if (!message.is_object()) return false;
  json::Edits edits;
  edits.set(message, "model", json::quoted(model));
  std::string line;
  append_one_line(line, edits.apply(frame.data));
  sse::append_event(out, "message_start", line);
  return true;
}

}  // namespace frame_editing

void edit_frame(const sse::Frame& frame, const FrameEdits& edits, std::string& out) {
  if (frame.data == "[DONE]") return;  // OpenRouter adds one; the format knows none
  if (!edits.model.empty() && frame_editing::is_message_start(frame) && frame_editing::restamp(frame, edits.model, out))
    return;
  append_frame(out, frame);
}

}  // namespace llmgw::dialect::messages
