#include <string_view>

#include "core/dialects/openai_chat/answer_reader.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect::chat {
namespace stream_decoding {

std::string_view trim(std::string_view data) {
  constexpr std::string_view spaces = " \t\r\n";
  while (!data.empty() && spaces.find(data.front()) != std::string_view::npos) data.remove_prefix(1);
  while (!data.empty() && spaces.find(data.back()) != std::string_view::npos) data.remove_suffix(1);
  return data;
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
    if (data == "[DONE]") return answer_.finish(events);
    const auto body = json::parse(data);
    if (!body) return answer_.fail(unreadable(frame, data), events);
    if (!body->is_object()) return answer_.fail(broken_frame(data, "is no JSON object"), events);
    if (frame.event == "error") return answer_.fail(error_in_answer(*body), events);
    answer_.read(*body, events);
  }

  void end(ir::Events& events) override { answer_.end(events); }

 private:
  // An event that the end of the stream cut is a cut stream, not a server that writes bad JSON.
  static Error unreadable(const sse::Frame& frame, std::string_view data) {
    if (frame.event == "error") return error_from_text(data);
    Error error = broken_frame(data, "is not JSON");
    if (frame.unterminated) error.wire_code = "stream_incomplete";
    return error;
  }

  AnswerReader answer_;
};

}  // namespace stream_decoding

std::unique_ptr<StreamDecoder> stream_decoder(IdSource& ids) {
  return std::make_unique<stream_decoding::ChatStreamDecoder>(ids);
}

}  // namespace llmgw::dialect::chat
