#include <fmt/format.h>

#include "core/health/deep/asking.h"

namespace llmgw::health::deep {
namespace deep_json {

constexpr std::int64_t tokens = 64;
constexpr std::string_view members =
    R"(,"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":)"
    R"({"type":"object","properties":{"sum":{"type":"integer"}},"required":["sum"],"additionalProperties":false}}})";

}  // namespace deep_json

Plan json_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  if (facts.kind->messages_only) return std::unexpected(Finding{State::skipped, "not_offered", "no Chat format"});
  return std::vector{ask_chat(*subject, {.text = "What is 2 + 3?",
                                         .tokens = deep_json::tokens,
                                         .members = deep_json::members,
                                         .extra = extra_of_schemas})};
}

Finding json(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "json");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved_feature(exchange, "json_schema")) return *std::move(failed);
  const auto answer = read_chat(exchange);
  if (!answer.trouble.empty()) return {State::crit, "answer_malformed", answer.trouble};
  const auto parsed = llmgw::json::parse(answer.text);
  if (parsed && parsed->is_object() && (*parsed)["sum"].integer()) {
    return {
        State::ok, "ok", in_quotes(answer.text) + " fits the schema", {{"", exchange.reply.seconds, Unit::seconds}}};
  }
  if (answer.finish == "length") {
    return {State::unknown, "answer_truncated",
            fmt::format("no whole answer within {} tokens", exchange.question.completion_tokens)};
  }
  return {State::warn, "schema_ignored", in_quotes(answer.text) + " does not fit the schema"};
}

}  // namespace llmgw::health::deep
