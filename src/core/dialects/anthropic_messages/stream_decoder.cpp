#include <utility>

#include "core/dialects/anthropic_messages/block_reader.h"
#include "core/dialects/anthropic_messages/error_object.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/dialects/anthropic_messages/usage.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect::messages {
namespace decoding {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// The members of an event, found in one pass.
struct Parts {
  json::View type, index, delta, block, message, usage, error;
};

Parts read_parts(json::View body) {
  Parts parts;
  for (const auto& [key, value] : body.members()) {
    if (key == "type")
      parts.type = value;
    else if (key == "index")
      parts.index = value;
    else if (key == "delta")
      parts.delta = value;
    else if (key == "content_block")
      parts.block = value;
    else if (key == "message")
      parts.message = value;
    else if (key == "usage")
      parts.usage = value;
    else if (key == "error")
      parts.error = value;
  }
  return parts;
}

class Decoder final : public StreamDecoder {
 public:
  explicit Decoder(IdSource& ids) : blocks_(ids) {}
  void frame(const sse::Frame& frame, ir::Events& events) override;
  void end(ir::Events& events) override;

 private:
  void event(std::string_view type, const Parts& parts, ir::Events& events);
  void start(json::View message, ir::Events& events);
  void message_delta(const Parts& parts, ir::Events& events);
  void complete(ir::Events& events);
  void fault(Error error, ir::Events& events);
  void not_json(const sse::Frame& frame, std::string_view data, ir::Events& events);

  BlockReader blocks_;
  WireUsage usage_;
  bool started_ = false;
  bool has_reason_ = false;
  bool ended_ = false;
};

void Decoder::frame(const sse::Frame& frame, ir::Events& events) {
  if (ended_) return;
  const auto data = trimmed(frame.data);
  if (data.empty()) {
    events.emplace_back(ir::Heartbeat{});
    return;
  }
  if (data == "[DONE]") return;  // OpenRouter ends its Messages streams with one
  const auto body = json::parse(data);
  if (!body || !body->is_object()) return not_json(frame, data, events);
  const auto parts = read_parts(*body);
  const auto type = parts.type.plain_string().value_or(frame.event);
  const bool enveloped = type == "error" || (!parts.error.absent() && parts.message.absent() && parts.delta.absent());
  const bool unnamed = type.empty() || (*body)["object"].equals("error");
  if (enveloped || (unnamed && is_error_body(*body))) return fault(error_in_answer(*body), events);
  event(type, parts, events);
  if (blocks_.too_many()) fault(broken_frame(data, "opens one block too many"), events);
}

void Decoder::event(std::string_view type, const Parts& parts, ir::Events& events) {
  if (type == "content_block_delta") {
    blocks_.delta(parts.index.integer().value_or(0), parts.delta, events);
  } else if (type == "content_block_start") {
    blocks_.open(parts.index.integer().value_or(0), parts.block, events);
  } else if (type == "content_block_stop") {
    blocks_.close(parts.index.integer().value_or(0), events);
  } else if (type == "message_start") {
    start(parts.message, events);
  } else if (type == "message_delta") {
    message_delta(parts, events);
  } else if (type == "message_stop") {
    complete(events);
  } else if (type == "ping") {
    events.emplace_back(ir::Heartbeat{});
  }
}

void Decoder::start(json::View message, ir::Events& events) {
  if (started_) return;  // some proxies send a second one
  started_ = true;
  ir::Start start;
  start.id = message["id"].string().value_or("");
  start.model = message["model"].string().value_or("");
  events.emplace_back(std::move(start));
  usage_.update(message["usage"]);
  if (usage_.seen()) events.emplace_back(usage_.totals());
}

void Decoder::message_delta(const Parts& parts, ir::Events& events) {
  if (const auto word = parts.delta["stop_reason"].string()) {
    has_reason_ = true;
    events.emplace_back(finish_event(*word, parts.delta["stop_sequence"], blocks_.has_tool_calls()));
  }
  // The numbers here are totals and replace those of message_start
  // (docs.claude.com/en/api/messages-streaming: "cumulative").
  if (!parts.usage.is_object()) return;
  usage_.update(parts.usage);
  events.emplace_back(usage_.totals());
}

void Decoder::complete(ir::Events& events) {
  blocks_.close_all(events);
  events.emplace_back(ir::End{true});
  ended_ = true;
}

void Decoder::fault(Error error, ir::Events& events) {
  end_with_fault(std::move(error), events);
  ended_ = true;
}

void Decoder::not_json(const sse::Frame& frame, std::string_view data, ir::Events& events) {
  if (frame.event == "error") return fault(error_from_text(data), events);
  fault(broken_frame(data, "is no JSON object"), events);
}

void Decoder::end(ir::Events& events) {
  if (ended_) return;
  if (has_reason_) return complete(events);
  fault(stream_incomplete(), events);
}

}  // namespace decoding

std::unique_ptr<StreamDecoder> stream_decoder(IdSource& ids) { return std::make_unique<decoding::Decoder>(ids); }

}  // namespace llmgw::dialect::messages
