#include <fmt/format.h>

#include "core/health/deep/asking.h"

namespace llmgw::health::deep {
namespace deep_chat {

constexpr std::string_view pong = "Reply with exactly: pong";

}  // namespace deep_chat

// The kind that speaks Messages alone is asked in that format.
Plan chat_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  const Prompt prompt{.text = deep_chat::pong};
  return std::vector{facts.kind->messages_only ? ask_messages(*subject, prompt) : ask_chat(*subject, prompt)};
}

Finding chat(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "chat");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved(exchange)) return *std::move(failed);
  const auto answer = facts.kind->messages_only ? read_messages(exchange) : read_chat(exchange);
  if (!answer.trouble.empty()) return {State::crit, "answer_malformed", answer.trouble};
  Finding finding{State::ok, "ok", {}, {{"", exchange.reply.seconds, Unit::seconds}}};
  const auto tokens = answer.completion_tokens.value_or(0);
  if (answer.completion_tokens) finding.figures.push_back({"tokens", static_cast<double>(tokens), Unit::tokens});
  const auto took = value_text(exchange.reply.seconds, Unit::seconds);
  if (!answer.text.empty()) {
    finding.message = fmt::format("{} in {}", in_quotes(answer.text), took);
  } else if (!answer.reasoning.empty() || tokens > 0 || !answer.calls.empty()) {
    // A model that thinks may spend all that it is allowed before its first visible word.
    finding.message = fmt::format("{} tokens in {}, all of them before the visible answer", tokens, took);
  } else {
    finding.state = State::crit;
    finding.code = "answer_empty";
    finding.message = fmt::format("the answer is empty (finish_reason \"{}\")", answer.finish);
  }
  return finding;
}

}  // namespace llmgw::health::deep
