#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"
#include "core/http/lower_text.h"

namespace llmgw::health::deep {
namespace deep_context {

// A longer prompt than this is not sent for a check: it would be half a megabyte and more.
constexpr std::int64_t longest = 262'144;
constexpr std::int64_t beyond = 64;
constexpr int too_large = 413;

/// Whether the error tells a client that its prompt was too long. Clients decide by such words whether to shorten it.
bool names_length(std::string_view body) {
  const auto lower = http::lower_text(body);
  constexpr std::array<std::string_view, 5> words{"context", "too long", "maximum", "exceed", "token"};
  return std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace deep_context

Plan context_limit_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  if (facts.kind->messages_only) return std::unexpected(Finding{State::skipped, "not_offered", "no Chat format"});
  if (!subject->context) return std::unexpected(judges::not_applicable("the context is not known"));
  if (*subject->context > deep_context::longest) {
    return std::unexpected(
        judges::not_applicable(fmt::format("the prompt would have more than {} tokens", deep_context::longest)));
  }
  // Every tokenizer makes at least one token of each of these words.
  const auto words = *subject->context + deep_context::beyond;
  std::string text;
  text.reserve(static_cast<std::size_t>(words) * 2);
  for (std::int64_t i = 0; i < words; ++i) text += " a";
  return std::vector{ask_chat(*subject, {.text = text, .tokens = 1})};
}

Finding context_limit(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "ctx-limit");
  if (exchanges == nullptr) return instead;
  const auto& reply = exchanges->front().reply;
  if (reply.ok()) return {State::warn, "context_unguarded", "a prompt that does not fit the context was answered"};
  if (reply.status == 400 || reply.status == deep_context::too_large || reply.status == 422) {
    if (reply.status == deep_context::too_large || deep_context::names_length(reply.body)) {
      return {State::ok, "ok", "refused: " + judges::told(reply)};
    }
    return {State::warn, "context_error_unclear", judges::told(reply)};
  }
  return *unserved(exchanges->front());
}

}  // namespace llmgw::health::deep
