#include <fmt/format.h>

#include "core/health/deep/asking.h"

namespace llmgw::health::deep {
namespace deep_anthropic {

constexpr std::int64_t tokens = 16;

std::optional<Finding> fault_of(const Exchange& exchange, bool only_format) {
  // Where it is the only format, a path that is not there is a fault.
  auto failed = only_format ? unserved(exchange) : unserved_feature(exchange, "/v1/messages");
  if (failed) return failed;
  const auto answer = read_messages(exchange);
  if (!answer.trouble.empty()) return Finding{State::crit, "answer_malformed", answer.trouble};
  if (answer.finish.empty()) return Finding{State::crit, "stream_unfinished", "there is no stop_reason"};
  const bool empty = answer.text.empty() && answer.reasoning.empty() && answer.calls.empty();
  if (empty && answer.completion_tokens.value_or(0) == 0) {
    return Finding{State::crit, "answer_empty", fmt::format("the answer is empty (stop_reason \"{}\")", answer.finish)};
  }
  if (exchange.question.streamed && !answer.ended) {
    return Finding{State::warn, "stream_unmarked", "there is no message_stop"};
  }
  if (!answer.completion_tokens) return Finding{State::warn, "usage_missing", "there is no usage"};
  return std::nullopt;
}

}  // namespace deep_anthropic

Plan anthropic_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  Prompt prompt{.text = "Reply with exactly: pong", .tokens = deep_anthropic::tokens};
  const auto whole = ask_messages(*subject, prompt);
  prompt.streamed = true;
  return std::vector{whole, ask_messages(*subject, prompt)};
}

Finding anthropic(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "anthropic", 2);
  if (exchanges == nullptr) return instead;
  const bool only = facts.kind->messages_only;
  const auto& whole = exchanges->front();
  if (auto fault = deep_anthropic::fault_of(whole, only)) return *std::move(fault);
  if (auto fault = deep_anthropic::fault_of(exchanges->back(), only)) {
    fault->message = "streamed: " + fault->message;
    return *std::move(fault);
  }
  return {State::ok, "ok", "/v1/messages answers, whole and streamed", {{"", whole.reply.seconds, Unit::seconds}}};
}

}  // namespace llmgw::health::deep
