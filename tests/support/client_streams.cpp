#include "support/client_streams.h"

#include <map>
#include <utility>

#include "core/sse/decoder.h"

namespace llmgw::fixtures {
namespace client_streams {

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

bool holds_line_separator(std::string_view bytes) {
  return bytes.find("\xE2\x80\xA8") != bytes.npos || bytes.find("\xE2\x80\xA9") != bytes.npos ||
         bytes.find("\xC2\x85") != bytes.npos;
}

// What a checker of one format does with the events of a stream.
class Checker {
 public:
  virtual ~Checker() = default;
  /// Empty, or what is wrong.
  virtual std::string frame(const sse::Frame& frame) = 0;
  virtual std::string end() = 0;
};

class ChatChecker final : public Checker {
 public:
  explicit ChatChecker(bool usage_asked) : usage_asked_(usage_asked) {}

  std::string frame(const sse::Frame& frame) override {
    if (done_ || failed_) return "something follows the end";
    if (!frame.event.empty()) return "an event with a name";
    if (frame.data == "[DONE]") {
      done_ = true;
      return {};
    }
    const auto body = json::parse(frame.data);
    if (!body) return "data that is not JSON";
    if ((*body)["error"].is_object()) {
      failed_ = true;
      return text_of((*body)["error"]["message"]).empty() ? "an error without a message" : std::string{};
    }
    return chunk(*body);
  }

  std::string end() override {
    if (failed_) return {};
    if (!done_) return "no end mark";
    for (const auto& [choice, state] : choices_) {
      if (!state.finished) return "a choice without a finish reason";
    }
    return choices_.empty() ? "no choice" : std::string{};
  }

 private:
  struct Choice {
    bool finished = false;
    std::int64_t tools = 0;
  };

  std::string chunk(json::View body) {
    const std::string head = text_of(body["id"]) + "|" + std::string(body["created"].raw()) + "|" +
                             text_of(body["model"]) + "|" + text_of(body["object"]);
    if (!head_.empty() && head != head_) return "id, created, model or object changed: " + head;
    head_ = head;
    if (!text_of(body["id"]).starts_with("chatcmpl-")) return "an id of another shape";
    if (usage_seen_) return "a chunk behind the usage";
    if (body["choices"].empty_value()) {
      usage_seen_ = true;
      if (!body["usage"].is_object()) return "a chunk without choices and usage";
      return usage_asked_ ? std::string{} : "usage that was not asked for";
    }
    if (!usage_asked_ && body["usage"]) return "a usage key that was not asked for";
    for (const json::View choice : body["choices"].elements()) {
      if (auto wrong = delta(choice); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string delta(json::View choice) {
    const auto number = choice["index"].integer().value_or(-1);
    const bool first = !choices_.contains(number);
    Choice& state = choices_[number];
    const auto delta = choice["delta"];
    if (state.finished) return "a chunk behind the finish";
    if (delta["role"].equals("assistant") != first) return first ? "the first delta has no role" : "a second role";
    int kinds = 0;
    for (const std::string_view kind :
         {"content", "refusal", "reasoning", "reasoning_details", "tool_calls", "images", "annotations"}) {
      if (!delta[kind].absent()) ++kinds;
    }
    if (!choice["finish_reason"].absent()) {
      state.finished = true;
      ++kinds;
      const bool calls = choice["finish_reason"].equals("tool_calls");
      if (calls != (state.tools > 0) && !choice["finish_reason"].equals("length") &&
          !choice["finish_reason"].equals("content_filter")) {
        return "tool_calls as finish reason and calls do not agree";
      }
    }
    if (kinds > 1) return "several kinds in one delta";
    return calls(delta["tool_calls"], state);
  }

  static std::string calls(json::View calls, Choice& state) {
    for (const json::View call : calls.elements()) {
      const auto index = call["index"].integer().value_or(-1);
      const bool opens = call["id"].is_string();
      if (opens && (index != state.tools++ || text_of(call["id"]).empty())) return "a call out of order or without id";
      if (!opens && (index < 0 || index >= state.tools)) return "arguments for a call that is not open";
    }
    return {};
  }

  bool usage_asked_;
  bool done_ = false;
  bool failed_ = false;
  bool usage_seen_ = false;
  std::string head_;
  std::map<std::int64_t, Choice> choices_;
};

class MessagesChecker final : public Checker {
 public:
  std::string frame(const sse::Frame& frame) override {
    const auto body = json::parse(frame.data);
    if (!body) return "data that is not JSON";
    const std::string type = text_of((*body)["type"]);
    if (type != frame.event) return "event name and type differ";
    if (stopped_) return "something follows the end";
    if (type == "error") {
      stopped_ = true;
      return {};
    }
    if (type == "message_start") return started_.exchange("a second message_start");
    if (!started_.set) return "something before message_start";
    if (type == "ping") return {};
    if (type == "content_block_start") return block_start(*body);
    if (type == "content_block_delta") return block_delta(*body);
    if (type == "content_block_stop") return block_stop(*body);
    if (type == "message_delta")
      return open_ ? "message_delta inside a block" : delta_.exchange("a second message_delta");
    if (type != "message_stop") return "an unknown event " + type;
    stopped_ = true;
    return delta_.set ? std::string{} : "message_stop without message_delta";
  }

  std::string end() override { return stopped_ ? std::string{} : "no message_stop"; }

 private:
  struct Once {
    bool set = false;
    std::string exchange(const char* again) { return std::exchange(set, true) ? again : std::string{}; }
  };

  std::string block_start(json::View body) {
    if (open_) return "a second open block";
    if (body["index"].integer() != next_) return "block indexes do not rise by one";
    open_ = true;
    kind_ = text_of(body["content_block"]["type"]);
    ++next_;
    return delta_.set ? "a block behind message_delta" : std::string{};
  }

  std::string block_delta(json::View body) {
    if (!open_ || body["index"].integer() != next_ - 1) return "a delta for a block that is not open";
    const std::string type = text_of(body["delta"]["type"]);
    const bool fits = kind_ == "text"       ? type == "text_delta" || type == "citations_delta"
                      : kind_ == "thinking" ? type == "thinking_delta" || type == "signature_delta"
                                            : type == "input_json_delta";
    return fits ? std::string{} : type + " in a block of kind " + kind_;
  }

  std::string block_stop(json::View body) {
    if (!open_ || body["index"].integer() != next_ - 1) return "a stop for a block that is not open";
    open_ = false;
    return {};
  }

  Once started_;
  Once delta_;
  bool open_ = false;
  bool stopped_ = false;
  std::string kind_;
  std::int64_t next_ = 0;
};

std::string check(Checker& checker, std::string_view bytes) {
  if (holds_line_separator(bytes)) return "a raw line separator";
  sse::Decoder frames;
  frames.feed(bytes);
  for (;;) {
    const auto frame = frames.next();
    if (!frame) return "an event over the limit";
    if (!*frame) break;
    if (auto wrong = checker.frame(**frame); !wrong.empty()) return wrong;
  }
  return frames.pending() == 0 ? checker.end() : "an event without its blank line";
}

}  // namespace client_streams

std::string refuse_chat_stream(std::string_view bytes, bool usage_asked) {
  client_streams::ChatChecker checker(usage_asked);
  return client_streams::check(checker, bytes);
}

std::string refuse_messages_stream(std::string_view bytes) {
  client_streams::MessagesChecker checker;
  return client_streams::check(checker, bytes);
}

std::string refuse_stream(const dialect::Dialect& dialect, std::string_view bytes, bool usage_asked) {
  return dialect.name == "openai-chat" ? refuse_chat_stream(bytes, usage_asked) : refuse_messages_stream(bytes);
}

std::string encode_stream(const dialect::Dialect& dialect, const ir::Events& events,
                          const dialect::ClientContext& client) {
  const auto encoder = dialect.stream_encoder(client);
  std::string out;
  for (const auto& event : events) encoder->encode(event, out);
  return out;
}

}  // namespace llmgw::fixtures
