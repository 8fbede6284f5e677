#include "support/messages_stream.h"

#include <algorithm>
#include <utility>

#include "core/sse/decoder.h"

namespace llmgw::support {
namespace messages_stream {

class Checker {
 public:
  void frame(const sse::Frame& frame);
  MessagesStream finish();

 private:
  void check(bool fine, std::string_view fault) {
    if (!fine) seen_.faults.push_back("event " + std::to_string(count_) + ": " + std::string(fault));
  }
  void message_start(json::View body);
  void block_start(json::View body);
  void block_delta(json::View body);
  void block_stop(json::View body);
  void message_delta(json::View body);

  MessagesStream seen_;
  std::size_t count_ = 0;
  bool started_ = false;
  bool has_delta_ = false;
  bool has_tool_use_ = false;
  bool open_ = false;
  bool signed_ = false;
  std::string block_type_;
  std::string input_;
  std::int64_t next_index_ = 0;
};

std::string word(json::View value) { return value.string().value_or("?"); }

void Checker::frame(const sse::Frame& frame) {
  ++count_;
  const auto body = json::parse(frame.data);
  check(body && body->is_object(), "data is no JSON object");
  if (!body) return;
  const auto type = word((*body)["type"]);
  check(frame.event == type, "the event name is not the type");
  check(!seen_.stopped && !seen_.failed, "something after the end: " + type);
  check(frame.data.find('\n') == std::string_view::npos, "data on several lines");
  if (type == "message_start")
    message_start(*body);
  else if (type == "content_block_start")
    block_start(*body);
  else if (type == "content_block_delta")
    block_delta(*body);
  else if (type == "content_block_stop")
    block_stop(*body);
  else if (type == "message_delta")
    message_delta(*body);
  else if (type == "ping")
    check(started_, "ping before message_start");
  else if (type == "message_stop") {
    check(has_delta_, "message_stop without message_delta");
    seen_.stopped = true;
    seen_.trace.emplace_back("message_stop");
  } else if (type == "error") {
    seen_.failed = true;
    seen_.trace.push_back("error " + word((*body)["error"]["type"]) + " " + word((*body)["error"]["message"]));
  } else {
    check(false, "unknown event " + type);
  }
}

void Checker::message_start(json::View body) {
  check(!started_, "second message_start");
  started_ = true;
  const auto message = body["message"];
  check(word(message["id"]).starts_with("msg_"), "message id");
  check(message["type"].equals("message") && message["role"].equals("assistant"), "type and role");
  check(message["content"].raw() == "[]", "content is not empty");
  check(message["model"].is_string(), "no model");
  check(message["usage"]["input_tokens"].integer().has_value(), "no input_tokens");
  check(message["usage"]["output_tokens"].integer().has_value(), "no output_tokens");
  seen_.trace.push_back("message_start " + word(message["model"]) + " " + std::string(message["usage"].raw()));
}

void Checker::block_start(json::View body) {
  check(started_ && !has_delta_, "a block out of place");
  check(!open_, "a block while another is open");
  check(body["index"].integer() == next_index_, "index does not rise by one");
  const auto block = body["content_block"];
  block_type_ = word(block["type"]);
  open_ = true;
  signed_ = false;
  input_.clear();
  std::string line = "start " + std::to_string(next_index_) + " " + block_type_;
  if (block_type_ == "text") check(block["text"].equals(""), "text in the start of a block");
  if (block_type_ == "thinking") check(block["thinking"].equals("") && block["signature"].equals(""), "thinking");
  if (block_type_ == "redacted_thinking") line += " " + word(block["data"]);
  if (block_type_ == "tool_use") {
    has_tool_use_ = true;
    check(block["input"].raw() == "{}", "input in the start of a call");
    check(!block["id"].equals("") && block["name"].is_string(), "id and name of a call");
    line += " " + word(block["id"]) + " " + word(block["name"]);
  }
  seen_.trace.push_back(std::move(line));
}

void Checker::block_delta(json::View body) {
  check(open_ && body["index"].integer() == next_index_, "a delta for a block that is not open");
  const auto delta = body["delta"];
  const auto type = word(delta["type"]);
  json::View text;
  if (type == "text_delta" && block_type_ == "text")
    text = delta["text"];
  else if (type == "thinking_delta" && block_type_ == "thinking")
    text = delta["thinking"];
  else if (type == "signature_delta" && block_type_ == "thinking")
    text = delta["signature"];
  else if (type == "input_json_delta" && block_type_.ends_with("tool_use"))
    text = delta["partial_json"];
  else if (type == "citations_delta" && block_type_ == "text")
    check(delta["citation"].is_object(), "citation");
  else
    check(false, type + " in a " + block_type_ + " block");
  check(!signed_, "a delta after the signature");
  if (type == "signature_delta") signed_ = true;
  const auto shown = text ? word(text) : std::string(delta["citation"].raw());
  check(!shown.empty(), "an empty delta");
  if (type == "input_json_delta") input_ += shown;
  seen_.trace.push_back("delta " + std::to_string(next_index_) + " " + type + " " + shown);
}

void Checker::block_stop(json::View body) {
  check(open_ && body["index"].integer() == next_index_, "a stop for a block that is not open");
  if (block_type_ == "thinking") check(signed_, "thinking without a signature");
  seen_.trace.push_back("stop " + std::to_string(next_index_));
  open_ = false;
  ++next_index_;
}

void Checker::message_delta(json::View body) {
  check(started_ && !open_ && !has_delta_, "message_delta out of place");
  has_delta_ = true;
  seen_.stop_reason = word(body["delta"]["stop_reason"]);
  check(body["delta"]["stop_sequence"].kind() != json::Kind::missing, "no stop_sequence");
  const auto usage = body["usage"];
  for (const auto* key : {"input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"})
    check(usage[key].integer().has_value(), std::string("no ") + key);
  if (seen_.stop_reason == "tool_use") check(has_tool_use_, "stop_reason tool_use without a call");
  if (seen_.stop_reason == "end_turn") check(!has_tool_use_, "stop_reason end_turn with a call");
  seen_.trace.push_back("message_delta " + seen_.stop_reason + " " + std::string(usage.raw()));
}

MessagesStream Checker::finish() {
  check(seen_.stopped || seen_.failed, "neither message_stop nor error at the end");
  return std::move(seen_);
}

}  // namespace messages_stream

MessagesStream read_messages_stream(std::string_view bytes) {
  messages_stream::Checker checker;
  sse::Decoder decoder;
  decoder.feed(bytes);
  decoder.finish();
  for (auto next = decoder.next(); next && *next; next = decoder.next()) checker.frame(**next);
  return checker.finish();
}

std::string encode_messages_stream(const ir::Events& events, dialect::ClientContext client) {
  IdSource ids(1);
  if (client.ids == nullptr) client.ids = &ids;
  const auto encoder = dialect::anthropic_messages.stream_encoder(client);
  std::string out;
  for (const auto& event : events) encoder->encode(event, out);
  return out;
}

ir::Events decode_messages_stream(std::string_view bytes, std::size_t step) {
  IdSource ids(1);
  const auto decoder = dialect::anthropic_messages.stream_decoder(ids);
  sse::Decoder frames;
  ir::Events events;
  const auto take = [&] {
    for (auto next = frames.next(); next && *next; next = frames.next()) decoder->frame(**next, events);
  };
  for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size() - at)) {
    frames.feed(bytes.substr(at, step));
    take();
  }
  frames.finish();
  take();
  decoder->end(events);
  return events;
}

std::string refusal_text(const ir::Choice& choice) {
  std::string out;
  for (const auto& block : choice.blocks) {
    if (const auto* refusal = std::get_if<ir::Refusal>(&block.value)) out += refusal->text;
  }
  return out;
}

}  // namespace llmgw::support
