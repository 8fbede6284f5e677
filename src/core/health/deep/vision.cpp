#include <fmt/format.h>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"
#include "core/http/lower_text.h"

namespace llmgw::health::deep {
namespace deep_vision {

constexpr std::int64_t tokens = 16;
/// A PNG of 64 by 64 pixels, all of them red.
constexpr std::string_view red_png =
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsItw/dMZxQi+hcEKLNO+FgEBAQEBAQEB"
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGBywLQTQDx3uY1cQAAAABJRU5ErkJggg==";

bool says_red(std::string_view text) { return http::lower_text(text).contains("red"); }

}  // namespace deep_vision

Plan vision_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  if (facts.kind->messages_only) return std::unexpected(Finding{State::skipped, "not_offered", "no Chat format"});
  // Servers drop images for models that cannot see, and say nothing: such an answer would tell nothing.
  if (!subject->sees.value_or(false)) {
    return std::unexpected(judges::not_applicable(subject->id + " is not known to take images"));
  }
  const auto content = fmt::format(R"([{{"type":"text","text":"Which colour is this image? Answer with one word."}},)"
                                   R"({{"type":"image_url","image_url":{{"url":"data:image/png;base64,{}"}}}}])",
                                   deep_vision::red_png);
  return std::vector{
      ask_chat(*subject, {.text = {}, .tokens = deep_vision::tokens, .content = content, .extra = extra_of_image})};
}

Finding vision(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "vision");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved_feature(exchange, "images")) return *std::move(failed);
  const auto answer = read_chat(exchange);
  if (!answer.trouble.empty()) return {State::crit, "answer_malformed", answer.trouble};
  if (deep_vision::says_red(answer.text)) {
    return {State::ok, "ok", "the image was seen", {{"", exchange.reply.seconds, Unit::seconds}}};
  }
  if (answer.finish == "length" && answer.text.empty()) {
    return {State::unknown, "answer_truncated",
            fmt::format("no answer within {} tokens", exchange.question.completion_tokens)};
  }
  return {State::warn, "image_unseen", in_quotes(answer.text) + " is not what a red image is"};
}

}  // namespace llmgw::health::deep
