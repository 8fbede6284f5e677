#include "core/dialects/repeated_event.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/dialects/dialect.h"
#include "core/ir/answer.h"

using namespace llmgw;

namespace repeated_event_test {

constexpr std::string_view first =
    R"({"id":"c","choices":[{"index":0,"delta":{"content":"one"},"finish_reason":null}]})";

dialect::RepeatedEvent learned() {
  dialect::RepeatedEvent event;
  event.learn(first, json::trusted(first)["choices"][std::size_t{0}]["delta"]["content"]);
  return event;
}

/// What an answer of these chunks comes to; `spaced` writes a space into every second one, which nothing recognises.
ir::Answer answer_of(const std::vector<std::string>& deltas, bool spaced) {
  IdSource ids(1);
  const auto decoder = dialect::openai_chat.stream_decoder(ids);
  ir::Collector collector;
  ir::Events events;
  const auto take = [&](std::string data) {
    sse::Frame frame;
    frame.data = data;
    decoder->frame(frame, events);
    collector.add(events);
    events.clear();
  };
  int number = 0;
  for (const auto& delta : deltas) {
    const auto* space = spaced && ++number % 2 == 0 ? " " : "";
    take("{\"id\":\"c\",\"model\":\"m\"," + std::string(space) + "\"choices\":[{\"index\":0,\"delta\":" + delta +
         ",\"finish_reason\":null}]}");
  }
  take(R"({"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})");
  take("[DONE]");
  return collector.take();
}

std::string texts_of(const ir::Answer& answer) {
  std::string all;
  for (const auto& block : answer.choices.at(0).blocks) {
    if (const auto* text = std::get_if<ir::Text>(&block.value)) all += "text:" + text->text + ";";
    if (const auto* thought = std::get_if<ir::Reasoning>(&block.value)) all += "reasoning:" + thought->text + ";";
    if (const auto* refusal = std::get_if<ir::Refusal>(&block.value)) all += "refusal:" + refusal->text + ";";
  }
  return all;
}

}  // namespace repeated_event_test

using repeated_event_test::answer_of;
using repeated_event_test::learned;
using repeated_event_test::texts_of;

TEST_CASE("an event with another text in its hole is recognised", "[dialects]") {
  auto event = learned();
  CHECK(event.text_of(R"({"id":"c","choices":[{"index":0,"delta":{"content":"two, \u00e9"},"finish_reason":null}]})") ==
        std::nullopt);
  CHECK(event.text_of(R"({"id":"c","choices":[{"index":0,"delta":{"content":"zw)"
                      "\xC3\xB6"
                      R"(lf"},"finish_reason":null}]})") == "zw\xC3\xB6lf");
}

TEST_CASE("what differs elsewhere, or holds what JSON escapes, is not recognised", "[dialects]") {
  auto event = learned();
  const auto* data =
      GENERATE(R"({"id":"d","choices":[{"index":0,"delta":{"content":"one"},"finish_reason":null}]})",
               R"({"id":"c","choices":[{"index":0,"delta":{"content":"one"},"finish_reason":"stop"}]})",
               R"({"id":"c","choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]})",
               R"({"id":"c","choices":[{"index":0,"delta":{"content":"a","refusal":"b"},"finish_reason":null}]})",
               R"({"id":"c","choices":[{"index":0,"delta":{"content":"a\n"},"finish_reason":null}]})",
               "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\tb\"},\"finish_reason\":null}]}",
               "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xC3\"},\"finish_reason\":null}]}",
               R"({"id":"c","choices":[{"index":0,"delta":{"content":"},"finish_reason":null}]})", "[DONE]", "");
  CAPTURE(data);
  CHECK_FALSE(event.text_of(data));
}

TEST_CASE("an event that was forgotten is not recognised", "[dialects]") {
  auto event = learned();
  event.forget();
  CHECK_FALSE(event.text_of(repeated_event_test::first));
}

TEST_CASE("learning stops where no event repeats itself", "[dialects]") {
  auto event = learned();
  const auto hole = json::trusted(repeated_event_test::first)["id"];
  for (int i = 0; i < 6; ++i) event.learn(repeated_event_test::first, hole);
  CHECK(event.worth_learning());
  event.learn(repeated_event_test::first, hole);
  CHECK_FALSE(event.worth_learning());
  CHECK(event.text_of(R"({"id":"x","choices":[{"index":0,"delta":{"content":"one"},"finish_reason":null}]})") == "x");
  CHECK(event.worth_learning());
}

TEST_CASE("a stream whose events are recognised reads like one whose events are not", "[dialects]") {
  using Deltas = std::vector<std::string>;
  const auto deltas =
      GENERATE(Deltas{R"({"content":"a"})", R"({"content":"b"})", R"({"content":"c"})"},
               Deltas{R"({"content":"a"})", R"({"content":"b\ud83d"})", R"({"content":"\ude00c"})",
                      R"({"content":"d"})", R"({"content":"e"})"},
               Deltas{R"({"content":"a"})", R"({"content":"\ud83d"})", R"({"content":"b"})", R"({"content":"c"})"},
               Deltas{R"({"reasoning":"r"})", R"({"reasoning":"s"})", R"({"reasoning":"t"})", R"({"content":"x"})",
                      R"({"content":"y"})", R"({"reasoning":"u"})", R"({"reasoning":"v"})"},
               Deltas{R"({"reasoning":"r","reasoning_content":"r"})", R"({"reasoning":"r","reasoning_content":"s"})",
                      R"({"reasoning":"s","reasoning_content":"s"})"},
               Deltas{R"({"content":"a","refusal":null})", R"({"content":"b","refusal":null})",
                      R"({"content":null,"refusal":"b"})", R"({"content":null,"refusal":"c"})"},
               Deltas{R"({"role":"assistant","content":"a"})", R"({"role":"assistant","content":"assistant"})",
                      R"({"role":"assistant","content":"b"})", R"({"role":"x","content":"b"})"},
               Deltas{R"({"content":"a","content":"b"})", R"({"content":"a","content":"c"})",
                      R"({"content":"d","content":"c"})"});
  const auto quick = answer_of(deltas, false);
  const auto slow = answer_of(deltas, true);
  CHECK(texts_of(quick) == texts_of(slow));
  CHECK(quick.complete);
}
