#include "proxy/sim/frame_quirks.h"

#include <fmt/format.h>

#include "core/json/edits.h"

namespace llmgw::sim {
namespace frames {

json::View first(json::View array) {
  for (const auto element : array.elements()) return element;
  return {};
}

bool needs_no_rewriting(const Behaviour& behaviour) {
  const Behaviour usual;
  return behaviour.role != RoleChunk::none && behaviour.usage == usual.usage && !behaviour.crlf &&
         !behaviour.no_space && !behaviour.comments && !behaviour.event_lines && !behaviour.no_done &&
         !behaviour.no_finish && !behaviour.usage_twice && !behaviour.null_content && !behaviour.empty_deltas &&
         !behaviour.finish_with_text && behaviour.reasoning == 0 && behaviour.reasoning_field != ReasoningField::both;
}

std::string usage_json(const Cost& cost) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})", cost.prompt, cost.output,
                     cost.prompt + cost.output);
}

/// Leaves one of the two names of reasoning text.
void pick_reasoning(json::Edits& edits, json::View object, ReasoningField field) {
  if (field == ReasoningField::reasoning) edits.erase(object, "reasoning_content");
  if (field == ReasoningField::reasoning_content) edits.erase(object, "reasoning");
}

}  // namespace frames

FrameQuirks::FrameQuirks(const Behaviour& behaviour, bool chat)
    : behaviour_(behaviour), chat_(chat), plain_(frames::needs_no_rewriting(behaviour)) {}

void FrameQuirks::rewrite(std::string_view events, const Cost& cost, std::string& out) {
  // Scripted turns may hold reasoning that the settings know nothing of.
  if (plain_ && events.find("\"reasoning\":") == std::string_view::npos) {
    out += events;
    return;
  }
  sse::Decoder decoder;
  decoder.feed(events);
  for (;;) {
    const auto next = decoder.next();
    if (!next || !*next) return;
    frame(**next, cost, out);
  }
}

void FrameQuirks::frame(const sse::Frame& frame, const Cost& cost, std::string& out) {
  if (behaviour_.comments) out += behaviour_.crlf ? ": ping\r\n\r\n" : ": ping\n\n";
  if (chat_) return chat_frame(frame, cost, out);
  messages_frame(frame, out);
}

void FrameQuirks::chat_frame(const sse::Frame& frame, const Cost& cost, std::string& out) {
  if (frame.data == "[DONE]") {
    flush(out);
    if (!behaviour_.no_done) write({}, frame.data, out);
    return;
  }
  const auto data = json::trusted(frame.data);
  if (behaviour_.finish_with_text && merge_finish(data, out)) return;
  const auto bent = bent_chunk(data, cost);
  const auto choice = frames::first(data["choices"]);
  if (behaviour_.empty_deltas && choice) {
    json::Edits edits;
    edits.replace(choice["delta"], "{}");
    edits.replace(choice["finish_reason"], "null");
    write({}, edits.apply(frame.data), out);
  }
  const auto content = choice["delta"]["content"];
  if (behaviour_.finish_with_text && content && !content.empty_value()) {
    held_ = bent;
    return;
  }
  write({}, bent, out);
  if (behaviour_.usage_twice && data["usage"].is_object()) write({}, bent, out);
}

// vLLM's speculative decoding and several gateways end an answer with its last text in one event.
bool FrameQuirks::merge_finish(json::View data, std::string& out) {
  if (held_.empty()) return false;
  const auto finish = frames::first(data["choices"])["finish_reason"];
  if (finish.is_string()) {
    const auto held = json::trusted(held_);
    json::Edits edits;
    edits.replace(frames::first(held["choices"])["finish_reason"],
                  behaviour_.no_finish ? "null" : std::string(finish.raw()));
    held_ = edits.apply(held_);
    flush(out);
    return true;
  }
  flush(out);
  return false;
}

void FrameQuirks::flush(std::string& out) {
  if (!held_.empty()) write({}, std::exchange(held_, {}), out);
}

std::string FrameQuirks::bent_chunk(json::View data, const Cost& cost) const {
  json::Edits edits;
  const auto choices = data["choices"];
  const auto choice = frames::first(choices);
  const auto delta = choice["delta"];
  if (delta) {
    frames::pick_reasoning(edits, delta, behaviour_.reasoning_field);
    if (behaviour_.role == RoleChunk::none && delta["role"]) edits.erase(delta, "role");
    if (behaviour_.null_content && !delta["content"]) edits.set(delta, "content", "null");
  }
  const auto finish = choice["finish_reason"];
  if (behaviour_.no_finish && finish.is_string()) edits.replace(finish, "null");
  if (behaviour_.usage == UsageMode::continuous && choice) edits.set(data, "usage", frames::usage_json(cost));
  const bool usage_chunk = data["usage"].is_object() && !choice;
  if (behaviour_.usage == UsageMode::choices_in_usage && usage_chunk)
    edits.replace(choices, R"([{"index":0,"delta":{},"logprobs":null,"finish_reason":null}])");
  return edits.empty() ? std::string(data.raw()) : edits.apply(data.raw());
}

void FrameQuirks::messages_frame(const sse::Frame& frame, std::string& out) {
  if (frame.event == "message_stop" && behaviour_.no_done) return;
  if (behaviour_.empty_deltas && frame.event == "content_block_stop") {
    const auto index = json::trusted(frame.data)["index"].integer().value_or(0);
    const auto empty =
        fmt::format(R"({{"type":"content_block_delta","index":{},"delta":{{"type":"text_delta","text":""}}}})", index);
    write("content_block_delta", empty, out);
  }
  if (frame.event != "message_delta") return write(frame.event, frame.data, out);
  const auto data = json::trusted(frame.data);
  json::Edits edits;
  if (behaviour_.no_finish) edits.replace(data["delta"]["stop_reason"], "null");
  if (behaviour_.usage == UsageMode::none) edits.erase(data, "usage");
  const auto bent = edits.empty() ? std::string(frame.data) : edits.apply(frame.data);
  write(frame.event, bent, out);
  if (behaviour_.usage_twice) write(frame.event, bent, out);
}

void FrameQuirks::write(std::string_view event, std::string_view data, std::string& out) const {
  const std::string_view line_end = behaviour_.crlf ? "\r\n" : "\n";
  const std::string_view space = behaviour_.no_space ? "" : " ";
  if (event.empty() && behaviour_.event_lines) event = "message";
  if (!event.empty()) out.append("event:").append(space).append(event).append(line_end);
  out.append("data:").append(space).append(data).append(line_end).append(line_end);
}

void FrameQuirks::broken(std::string& out) const { write({}, R"({"choices":[{"delta":{"content":"cut)", out); }

std::string bend_answer(const Behaviour& behaviour, bool chat, std::string body) {
  const auto data = json::trusted(body);
  json::Edits edits;
  if (chat) {
    for (const auto choice : data["choices"].elements()) {
      frames::pick_reasoning(edits, choice["message"], behaviour.reasoning_field);
      if (behaviour.no_finish && choice["finish_reason"]) edits.replace(choice["finish_reason"], "null");
    }
  } else if (behaviour.no_finish) {
    edits.replace(data["stop_reason"], "null");
  }
  if (behaviour.usage == UsageMode::none) edits.erase(data, "usage");
  return edits.empty() ? body : edits.apply(body);
}

}  // namespace llmgw::sim
