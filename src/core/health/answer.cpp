#include "core/health/answer.h"

#include <algorithm>

#include "core/health/target.h"
#include "core/ir/usage.h"
#include "core/sse/decoder.h"

namespace llmgw::health {
namespace answers {

constexpr std::size_t quoted = 120;

std::string text_of(json::View value) { return value.string().value_or(""); }

std::string not_json(std::string_view data) { return "an event is not JSON: " + std::string(data.substr(0, quoted)); }

std::string error_text(json::View error) {
  const auto message = error["message"].string();
  return message ? *message : std::string(error.raw().substr(0, quoted));
}

void take_chat_usage(Answer& answer, json::View usage) {
  if (const auto tokens = usage["prompt_tokens"].integer()) answer.prompt_tokens = tokens;
  if (const auto tokens = usage["completion_tokens"].integer()) answer.completion_tokens = tokens;
}

/// A message or a delta. True when it holds content.
bool take_chat_message(Answer& answer, json::View message) {
  const auto text = text_of(message["content"]);
  auto reasoning = text_of(message["reasoning_content"]);
  if (reasoning.empty()) reasoning = text_of(message["reasoning"]);
  answer.text += text;
  answer.reasoning += reasoning;
  bool called = false;
  std::size_t place = 0;
  for (const auto call : message["tool_calls"].elements()) {
    const auto index = static_cast<std::size_t>(call["index"].integer().value_or(static_cast<std::int64_t>(place++)));
    constexpr std::size_t most_calls = 64;
    if (index >= most_calls) continue;
    if (answer.calls.size() <= index) answer.calls.resize(index + 1);
    answer.calls[index].name += text_of(call["function"]["name"]);
    answer.calls[index].arguments += text_of(call["function"]["arguments"]);
    called = true;
  }
  return called || !text.empty() || !reasoning.empty();
}

void take_chat_event(Answer& answer, const StreamEvent& event) {
  if (event.data == "[DONE]") {
    answer.ended = true;
    return;
  }
  const auto parsed = json::parse(event.data);
  if (!parsed) {
    answer.trouble = not_json(event.data);
    return;
  }
  if (const auto error = (*parsed)["error"]; !error.absent()) answer.trouble = error_text(error);
  take_chat_usage(answer, (*parsed)["usage"]);
  const auto choice = (*parsed)["choices"][std::size_t{0}];
  if (take_chat_message(answer, choice["delta"])) answer.moments.push_back(event.seconds);
  if (const auto finish = choice["finish_reason"].string()) answer.finish = *finish;
}

void take_messages_usage(Answer& answer, json::View usage) {
  if (const auto tokens = usage["input_tokens"].integer()) answer.prompt_tokens = tokens;
  if (const auto tokens = usage["output_tokens"].integer()) answer.completion_tokens = tokens;
}

void take_block(Answer& answer, json::View block) {
  answer.text += text_of(block["text"]);
  answer.reasoning += text_of(block["thinking"]);
  if (block["type"].equals("tool_use")) answer.calls.push_back({text_of(block["name"]), {}});
}

void take_block_delta(Answer& answer, json::View delta, double seconds) {
  const auto size = answer.text.size() + answer.reasoning.size();
  answer.text += text_of(delta["text"]);
  answer.reasoning += text_of(delta["thinking"]);
  const auto json = text_of(delta["partial_json"]);
  if (!answer.calls.empty()) answer.calls.back().arguments += json;
  if (!json.empty() || answer.text.size() + answer.reasoning.size() > size) answer.moments.push_back(seconds);
}

void take_messages_event(Answer& answer, const StreamEvent& event, bool first) {
  const auto parsed = json::parse(event.data);
  if (!parsed) {
    answer.trouble = not_json(event.data);
    return;
  }
  const auto type = text_of((*parsed)["type"]);
  if (first && type != "message_start" && type != "error") answer.trouble = "the first event is \"" + type + "\"";
  // docs.anthropic.com, "Streaming messages": the usage of message_delta is the sum so far.
  take_messages_usage(answer, (*parsed)["message"]["usage"]);
  take_messages_usage(answer, (*parsed)["usage"]);
  if (type == "content_block_start") take_block(answer, (*parsed)["content_block"]);
  if (type == "content_block_delta") take_block_delta(answer, (*parsed)["delta"], event.seconds);
  if (type == "message_delta") answer.finish = text_of((*parsed)["delta"]["stop_reason"]);
  if (type == "message_stop") answer.ended = true;
  if (type == "error") answer.trouble = error_text((*parsed)["error"]);
}

}  // namespace answers

std::vector<StreamEvent> events_of(const Exchange& exchange) {
  std::vector<StreamEvent> events;
  sse::Decoder decoder;
  double now = exchange.reply.seconds;
  const auto take = [&] {
    for (auto frame = decoder.next(); frame && *frame; frame = decoder.next()) {
      events.push_back({now, std::string((*frame)->event), std::string((*frame)->data)});
      if (exchange.target != nullptr) redact(*exchange.target, events.back().data);
    }
  };
  std::size_t read = 0;
  const std::string_view body = exchange.reply.body;
  for (const auto& arrival : exchange.arrivals) {
    now = arrival.seconds;
    decoder.feed(body.substr(read, arrival.bytes - read));
    take();
    read = arrival.bytes;
  }
  decoder.finish();
  take();
  return events;
}

namespace answers {

Answer chat_answer(const Exchange& exchange) {
  Answer answer;
  if (exchange.question.streamed) {
    for (const auto& event : events_of(exchange)) take_chat_event(answer, event);
    return answer;
  }
  const auto root = exchange.reply.json();
  const auto choice = root["choices"][std::size_t{0}];
  if (!choice.is_object()) answer.trouble = "there are no choices in it";
  if (const auto error = root["error"]; !error.absent()) answer.trouble = error_text(error);
  take_chat_message(answer, choice["message"]);
  take_chat_usage(answer, root["usage"]);
  answer.finish = text_of(choice["finish_reason"]);
  return answer;
}

Answer messages_answer(const Exchange& exchange) {
  Answer answer;
  if (exchange.question.streamed) {
    bool first = true;
    for (const auto& event : events_of(exchange)) {
      take_messages_event(answer, event, std::exchange(first, false));
    }
    return answer;
  }
  const auto root = exchange.reply.json();
  if (!root["content"].is_array()) answer.trouble = "there is no content in it";
  if (root["type"].equals("error")) answer.trouble = error_text(root["error"]);
  for (const auto block : root["content"].elements()) take_block(answer, block);
  take_messages_usage(answer, root["usage"]);
  answer.finish = text_of(root["stop_reason"]);
  return answer;
}

Answer without_credentials(Answer answer, const Target* target) {
  if (target == nullptr) return answer;
  for (auto* text : {&answer.text, &answer.reasoning, &answer.finish, &answer.trouble}) redact(*target, *text);
  for (auto& call : answer.calls) {
    redact(*target, call.name);
    redact(*target, call.arguments);
  }
  return answer;
}

}  // namespace answers

Answer read_chat(const Exchange& exchange) {
  return answers::without_credentials(answers::chat_answer(exchange), exchange.target);
}

Answer read_messages(const Exchange& exchange) {
  return answers::without_credentials(answers::messages_answer(exchange), exchange.target);
}

namespace answers {

/// A number of tokens that a server tells: no negative one pays back, and no sum overflows.
std::int64_t told(json::View number, std::int64_t fallback) {
  return std::clamp<std::int64_t>(number.integer().value_or(fallback), 0, ir::most_tokens);
}

/// The server said no instead of working: RFC 9110, 15.5. Not so where it, or what is before it, gave up on work that
/// was begun: 408, which gateways answer when the model took too long, and nginx's 499.
bool refused(int status) {
  constexpr int request_timeout = 408;
  constexpr int client_closed = 499;
  return status >= 400 && status < 500 && status != request_timeout && status != client_closed;
}

}  // namespace answers

void count_usage(const Exchange& exchange, Spent& spent) {
  const auto& question = exchange.question;
  if (exchange.unsent || (question.prompt_tokens == 0 && question.completion_tokens == 0)) return;
  ++spent.requests;
  if (answers::refused(exchange.reply.status)) return;
  // As many as it may be at most, until the server tells.
  auto prompt = question.prompt_tokens;
  auto completion = question.completion_tokens;
  const auto take = [&](json::View usage) {
    for (const auto* name : {"prompt_tokens", "input_tokens"}) prompt = answers::told(usage[name], prompt);
    for (const auto* name : {"completion_tokens", "output_tokens"}) completion = answers::told(usage[name], completion);
  };
  if (question.streamed) {
    for (const auto& event : events_of(exchange)) {
      const auto parsed = json::parse(event.data);
      if (!parsed) continue;
      for (const auto usage : {(*parsed)["usage"], (*parsed)["message"]["usage"], (*parsed)["response"]["usage"]}) {
        take(usage);
      }
    }
    // The count of a stream that was left is that of its last event, not of what was made meanwhile.
    if (exchange.left) completion = question.completion_tokens;
  } else {
    take(exchange.reply.json()["usage"]);
  }
  spent.prompt_tokens += prompt;
  spent.completion_tokens += completion;
}

}  // namespace llmgw::health
