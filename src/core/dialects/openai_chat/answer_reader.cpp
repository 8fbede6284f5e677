#include "core/dialects/openai_chat/answer_reader.h"

#include <algorithm>
#include <utility>

#include "core/dialects/openai_chat/answer_members.h"
#include "core/dialects/openai_chat/usage.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect::chat {

namespace answer_read {

constexpr std::int64_t max_choices = 128;  // OpenAI's own limit for `n`

// Stops at the first `index`, which servers put first: this runs for every token.
int choice_number(json::View choice) {
  for (const auto& [key, value] : choice.members()) {
    if (key != "index") continue;
    const auto index = value.integer();
    return index && *index >= 0 && *index < max_choices ? static_cast<int>(*index) : 0;
  }
  return 0;
}

Error too_many_calls() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream's answer holds more tool calls than any model makes.";
  return error;
}

// No client can run it, and an empty name is no valid block of any format.
Error nameless_call() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream's answer holds a tool call without a name.";
  return error;
}

}  // namespace answer_read

Error no_choices() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream's answer is no chat completion: it has no choices.";
  return error;
}

void AnswerReader::read(json::View body, ir::Events& out) {
  if (ended_) return;
  const AnswerMembers members(body);
  if (members.is_error()) return fail(error_in_answer(body), out);
  start(members, out);
  for (const json::View element : members.choices.elements()) {
    if (!element.is_object()) continue;
    ChoiceReader& target = choice(answer_read::choice_number(element));
    target.read(element, out);
    if (target.too_many_calls()) return fail(answer_read::too_many_calls(), out);
  }
  read_usage_of(members, out);
}

// Azure's first chunk has an empty id and model and `created` 0 (it carries the prompt's filter results): the answer
// starts with the first chunk that says something.
void AnswerReader::start(const AnswerMembers& members, ir::Events& out) {
  if (started_) return;
  ir::Start start;
  start.id = members.id.string().value_or(std::string{});
  if (start.id.empty() && (!members.choices.is_array() || members.choices.empty_value())) return;
  start.model = members.model.string().value_or(std::string{});
  start.created = std::max<std::int64_t>(members.created.integer().value_or(0), 0);
  started_ = true;
  out.emplace_back(std::move(start));
}

void AnswerReader::read_usage_of(const AnswerMembers& members, ir::Events& out) {
  const json::View usage = members.usage_object();
  if (!usage) return;
  const ir::Usage read = read_usage(usage);
  if (usage_ == read) return;  // some servers repeat it in every chunk
  usage_ = read;
  out.emplace_back(read);
}

ChoiceReader& AnswerReader::choice(std::int64_t number) {
  const auto found = std::ranges::find(choices_, number, &ChoiceReader::choice);
  if (found != choices_.end()) return *found;
  return choices_.emplace_back(static_cast<int>(number), ids_);
}

void AnswerReader::finish(ir::Events& out) {
  if (!ended_) close(out, true);
}

void AnswerReader::end(ir::Events& out) {
  if (ended_) return;
  const bool finished = !choices_.empty() && std::ranges::all_of(choices_, &ChoiceReader::finish_seen);
  if (finished) return close(out, true);
  fail(stream_incomplete(), out);
}

void AnswerReader::fail(Error error, ir::Events& out) {
  if (ended_) return;
  for (ChoiceReader& choice : choices_) choice.close(out);
  end_with_fault(std::move(error), out);
  ended_ = true;
}

void AnswerReader::close(ir::Events& out, bool complete) {
  if (std::ranges::any_of(choices_, &ChoiceReader::nameless_call)) return fail(answer_read::nameless_call(), out);
  for (ChoiceReader& choice : choices_) choice.close(out);
  out.emplace_back(ir::End{complete});
  ended_ = true;
}

}  // namespace llmgw::dialect::chat
