#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"
#include "core/http/lower_text.h"
#include "core/json/writer.h"

namespace llmgw::health::deep {
namespace deep_fim {

/// How a family of models marks the hole, as its makers publish it.
struct Family {
  std::string_view part;  ///< of the model's name, in lower case
  std::string_view prefix;
  std::string_view suffix;
  std::string_view middle;
};
constexpr std::array families{
    Family{"deepseek-coder", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"},
    Family{"codellama", "<PRE> ", " <SUF>", " <MID>"},
    Family{"starcoder", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"},
    Family{"codegemma", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"},
    Family{"coder", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"},
};
constexpr std::int64_t tokens = 16;

const Family* family_of(std::string_view id) {
  const auto name = http::lower_text(id);
  const auto* const found =
      std::ranges::find_if(families, [&](const Family& family) { return name.contains(family.part); });
  return found == families.end() ? nullptr : found;
}

/// `a + b`, however it is spaced.
bool adds(std::string_view text) {
  std::string dense;
  for (const char c : text) {
    if (c != ' ' && c != '\t') dense += c;
  }
  return dense.contains("a+b") || dense.contains("b+a");
}

}  // namespace deep_fim

Plan fim_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  const auto* family = deep_fim::family_of(subject->id);
  if (family == nullptr) return std::unexpected(judges::not_applicable(subject->id + " is not known to fill in code"));
  const auto prompt =
      fmt::format("{}def add(a, b):\n    return {}\n{}", family->prefix, family->suffix, family->middle);
  auto body = fmt::format("{{\"model\":{},\"prompt\":{},\"max_tokens\":{},\"temperature\":0}}",
                          json::quoted(subject->id), json::quoted(prompt), deep_fim::tokens);
  return std::vector{ask_raw("{api}/completions", std::move(body), deep_fim::tokens)};
}

Finding fim(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "fim");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved_feature(exchange, "completions")) return *std::move(failed);
  const auto root = exchange.reply.json();
  const auto choice = root["choices"][std::size_t{0}];
  if (root["object"].equals("chat.completion") || choice["message"].is_object()) {
    return {State::crit, "fim_via_chat", "the completion came from the chat endpoint"};
  }
  const auto text = choice["text"].string();
  if (!text) return {State::crit, "answer_malformed", "there is no text in the answer"};
  Finding finding{State::ok, "ok", in_quotes(*text) + " fills the hole", {{"", exchange.reply.seconds, Unit::seconds}}};
  if (!deep_fim::adds(*text)) {
    finding.state = State::warn;
    finding.code = "fim_wrong";
    finding.message = in_quotes(*text) + " does not fill the hole";
  }
  return finding;
}

}  // namespace llmgw::health::deep
