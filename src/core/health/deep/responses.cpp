#include <fmt/format.h>

#include "core/health/deep/asking.h"
#include "core/json/writer.h"

namespace llmgw::health::deep {
namespace deep_responses {

constexpr std::int64_t tokens = 16;

/// The response object that a stream ends with; what it says instead is in `trouble`.
struct End {
  std::string type;
  std::string trouble;
  std::size_t events = 0;
};
End end_of(const Exchange& exchange) {
  End end;
  for (const auto& event : events_of(exchange)) {
    if (event.data == "[DONE]") continue;
    const auto parsed = llmgw::json::parse(event.data);
    if (!parsed) return {{}, "an event is not JSON", end.events};
    ++end.events;
    const auto type = (*parsed)["type"].string().value_or("");
    if (type == "error" || type == "response.failed") end.trouble = std::string(parsed->raw().substr(0, 160));
    if (type == "response.completed" || type == "response.incomplete") end.type = type;
  }
  return end;
}

}  // namespace deep_responses

Plan responses_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  const auto tokens = std::max(deep_responses::tokens, subject->least_tokens);
  auto body = fmt::format(
      "{{\"model\":{},\"input\":\"Reply with exactly: "
      "pong\",\"max_output_tokens\":{},\"store\":false,\"stream\":true}}",
      llmgw::json::quoted(subject->id), tokens);
  auto question = ask_raw("{api}/responses", std::move(body), tokens);
  question.streamed = true;
  return std::vector{std::move(question)};
}

Finding responses(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "responses");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved_feature(exchange, "/v1/responses")) return *std::move(failed);
  const auto end = deep_responses::end_of(exchange);
  if (!end.trouble.empty()) return {State::crit, "stream_error", end.trouble};
  if (end.events == 0) return {State::crit, "stream_empty", "there are no events"};
  if (end.type.empty()) return {State::crit, "stream_unfinished", "there is no response.completed"};
  return {State::ok,
          "ok",
          fmt::format("{} events, {} at the end", end.events, end.type),
          {{"", exchange.reply.seconds, Unit::seconds}}};
}

}  // namespace llmgw::health::deep
