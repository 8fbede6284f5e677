#include <fmt/format.h>

#include <algorithm>

#include "core/health/deep/asking.h"
#include "core/json/writer.h"

namespace llmgw::health::deep {

Plan embed_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::embedding);
  if (!subject) return std::unexpected(subject.error());
  auto body = fmt::format("{{\"model\":{},\"input\":[\"ping\"]}}", json::quoted(subject->id));
  return std::vector{ask_raw("{api}/embeddings", std::move(body), 0)};
}

Finding embed(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "embed");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved(exchange)) return *std::move(failed);
  const auto vector = exchange.reply.json()["data"][std::size_t{0}]["embedding"];
  std::size_t size = 0;
  bool zero = true;
  for (const auto each : vector.elements()) {
    const auto number = each.number();
    if (!number) return {State::crit, "answer_malformed", "the embedding holds something that is no number"};
    zero = zero && *number == 0;
    ++size;
  }
  if (size == 0) return {State::crit, "answer_malformed", "there is no embedding in the answer"};
  Finding finding{
      State::ok,
      "ok",
      fmt::format("{} dimensions in {}", size, value_text(exchange.reply.seconds, Unit::seconds)),
      {{"", exchange.reply.seconds, Unit::seconds}, {"dimensions", static_cast<double>(size), Unit::count}}};
  if (zero) {
    finding.state = State::crit;
    finding.code = "embedding_zero";
    finding.message = fmt::format("all {} dimensions are 0", size);
  }
  return finding;
}

}  // namespace llmgw::health::deep
