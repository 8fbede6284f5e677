#include <utility>

#include "core/dialects/openai_chat/answer_members.h"
#include "core/dialects/openai_chat/answer_reader.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/openai_chat/usage.h"
#include "core/dialects/openai_chat/words.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect::chat {
namespace outlining {

bool calls_tools(json::View message) {
  bool calls = false;
  for (const auto& [key, value] : message.members()) {
    if (key == "tool_calls") calls = calls || (value.is_array() && !value.empty_value());
    if (key == "function_call") calls = calls || value.is_object();
  }
  return calls;
}

void finish_of(json::View choice, ir::Events& events) {
  json::View word;
  json::View number;
  json::View message;
  for (const auto& [key, value] : choice.members()) {
    if (key == "finish_reason")
      word = value;
    else if (key == "index")
      number = value;
    else if (key == "message")
      message = value;
  }
  auto raw = word.string().value_or("");
  if (raw.empty()) return;
  ir::Finish finish;
  finish.choice = static_cast<int>(number.integer().value_or(0));
  finish.reason = read_finish(raw, calls_tools(message));
  finish.raw = std::move(raw);
  events.emplace_back(std::move(finish));
}

}  // namespace outlining

void outline_response(json::View body, ir::Events& events) {
  const AnswerMembers members(body);
  if (members.is_error()) return end_with_fault(error_in_answer(body), events);
  bool has_choices = false;
  for (const json::View choice : members.choices.elements()) {
    if (!choice.is_object()) continue;
    has_choices = true;
    outlining::finish_of(choice, events);
  }
  if (!has_choices) return end_with_fault(no_choices(), events);
  if (const auto usage = members.usage_object()) events.emplace_back(read_usage(usage));
  events.emplace_back(ir::End{true});
}

}  // namespace llmgw::dialect::chat
