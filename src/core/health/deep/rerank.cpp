#include <fmt/format.h>

#include <array>

#include "core/health/deep/asking.h"
#include "core/json/writer.h"

namespace llmgw::health::deep {
namespace deep_rerank {

constexpr std::string_view query = "What is the capital of France?";
constexpr std::string_view texts = R"(["Bananas are yellow.","Paris is the capital of France."])";
constexpr std::size_t right = 1;

/// The scores by the place of their text; nullopt for what is no ranking of these texts.
std::optional<std::array<double, 2>> scores_of(json::View root) {
  // Cohere's form, which vLLM, llama.cpp and LiteLLM have: {"results":[{"index","relevance_score"}]}. TEI:
  // [{"index","score"}].
  const auto rows = root["results"].is_array() ? root["results"] : root;
  std::array<std::optional<double>, 2> found;
  for (const auto row : rows.elements()) {
    const auto index = row["index"].integer().value_or(-1);
    auto score = row["relevance_score"].number();
    if (!score) score = row["score"].number();
    if (index < 0 || index >= static_cast<std::int64_t>(found.size()) || !score) return std::nullopt;
    found[static_cast<std::size_t>(index)] = score;
  }
  if (!found[0] || !found[1]) return std::nullopt;
  return std::array{*found[0], *found[1]};
}

}  // namespace deep_rerank

Plan rerank_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::rerank);
  if (!subject) return std::unexpected(subject.error());
  auto body = fmt::format("{{\"model\":{},\"query\":\"{}\",\"{}\":{}}}", json::quoted(subject->id), deep_rerank::query,
                          facts.kind->rerank_texts, deep_rerank::texts);
  return std::vector{ask_raw(facts.kind->rerank, std::move(body), 0)};
}

Finding rerank(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "rerank");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved(exchange)) return *std::move(failed);
  const auto scores = deep_rerank::scores_of(exchange.reply.json());
  if (!scores) return {State::crit, "answer_malformed", "the answer is no ranking of the two texts"};
  const auto right = (*scores)[deep_rerank::right];
  const auto wrong = (*scores)[1 - deep_rerank::right];
  Finding finding{State::ok,
                  "ok",
                  fmt::format("{:.3g} for the right text, {:.3g} for the other", right, wrong),
                  {{"", exchange.reply.seconds, Unit::seconds}}};
  if (right <= wrong) {
    finding.state = State::warn;
    finding.code = "rerank_wrong";
  }
  return finding;
}

}  // namespace llmgw::health::deep
