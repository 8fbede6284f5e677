#include <string_view>
#include <variant>

#include "core/dialects/openai_chat/answer_reader.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/repeated_event.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect::chat {
namespace stream_decoding {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trim(std::string_view data) {
  while (!data.empty() && is_space(data.front())) data.remove_prefix(1);
  while (!data.empty() && is_space(data.back())) data.remove_suffix(1);
  return data;
}

/// The one string member of the only choice's delta that holds this text; a missing view when there is none or several.
json::View source_of(json::View body, std::string_view text) {
  const auto choices = body["choices"];
  if (choices[std::size_t{1}]) return {};
  json::View source;
  for (const auto& [key, value] : choices[std::size_t{0}]["delta"].members()) {
    if (value.plain_string() != text) continue;
    if (source) return {};
    source = value;
  }
  return source;
}

class ChatStreamDecoder final : public StreamDecoder {
 public:
  explicit ChatStreamDecoder(IdSource& ids) : answer_(ids) {}

  void frame(const sse::Frame& frame, ir::Events& events) override {
    if (answer_.ended()) return;  // what follows the end mark or an error means nothing
    const auto data = trim(frame.data);
    if (data.empty()) {
      events.emplace_back(ir::Heartbeat{});
      return;
    }
    repeats_ = frame.event.empty() && lengthen(data, events);
    if (repeats_) return;
    repeated_.forget();
    if (data == "[DONE]") return answer_.finish(events);
    const auto body = json::parse(data);
    if (!body) return answer_.fail(unreadable(frame, data), events);
    if (!body->is_object()) return answer_.fail(broken_frame(data, "is no JSON object"), events);
    if (frame.event == "error") return answer_.fail(error_in_answer(*body), events);
    const auto before = events.size();
    answer_.read(*body, events);
    const bool one_event = events.size() == before + 1 && frame.event.empty();
    if (one_event && repeated_.worth_learning()) learn(data, *body, events.back());
  }

  void end(ir::Events& events) override { answer_.end(events); }
  [[nodiscard]] bool repeats() const override { return repeats_; }

 private:
  // An event that the end of the stream cut is a cut stream, not a server that writes bad JSON.
  static Error unreadable(const sse::Frame& frame, std::string_view data) {
    if (frame.event == "error") return error_from_text(data);
    Error error = broken_frame(data, "is not JSON");
    if (frame.unterminated) error.wire_code = "stream_incomplete";
    return error;
  }

  bool lengthen(std::string_view data, ir::Events& events) {
    const auto text = repeated_.text_of(data);
    if (!text) return false;
    std::get<ir::Delta>(events.emplace_back(delta_)).text = *text;
    return true;
  }

  // An event that did nothing but lengthen an open block: one that differs in its text alone does the same. Anything
  // between the two (another event, an escape that the reader has to join) goes the long way and ends this.
  void learn(std::string_view data, json::View body, const ir::Event& event) {
    const auto* delta = std::get_if<ir::Delta>(&event);
    if (delta == nullptr || (delta->kind != ir::DeltaKind::text && delta->kind != ir::DeltaKind::reasoning)) return;
    const auto source = source_of(body, delta->text);
    if (!source) return;
    repeated_.learn(data, source);
    delta_ = ir::Delta{delta->choice, delta->index, delta->kind, {}};
  }

  RepeatedEvent repeated_;
  ir::Delta delta_;  ///< what a repeated event means, without its text
  bool repeats_ = false;
  AnswerReader answer_;
};

}  // namespace stream_decoding

std::unique_ptr<StreamDecoder> stream_decoder(IdSource& ids) {
  return std::make_unique<stream_decoding::ChatStreamDecoder>(ids);
}

}  // namespace llmgw::dialect::chat
