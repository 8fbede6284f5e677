#include "core/bench/tracker.h"

#include <catch2/catch_test_macros.hpp>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/dialects/dialect.h"
#include "core/sse/decoder.h"

using namespace llmgw;
using namespace llmgw::bench;

namespace tracker_test {

/// Plays a stream whose k-th event arrives at k milliseconds; the close counts as one more.
Sample play(const dialect::Dialect& format, const std::vector<std::string_view>& events) {
  IdSource ids(1);
  const auto decoder = format.stream_decoder(ids);
  sse::Decoder frames;
  ir::Events batch;
  Sample sample;
  Tracker tracker(sample);
  Moment now = 0;
  for (const auto event : events) {
    const std::string text = "data: " + std::string(event) + "\n\n";
    frames.feed(text);
    ++now;
    for (auto frame = frames.next(); frame && *frame; frame = frames.next()) {
      decoder->frame(**frame, batch);
      tracker.frame(batch, now * 1'000'000);
      batch.clear();
    }
  }
  decoder->end(batch);
  tracker.frame(batch, (now + 1) * 1'000'000);
  tracker.finish();
  return sample;
}

std::vector<Moment> at_ms(std::initializer_list<Moment> moments) {
  std::vector<Moment> all;
  for (const auto moment : moments) all.push_back(moment * 1'000'000);
  return all;
}

}  // namespace tracker_test

using tracker_test::at_ms;
using tracker_test::play;

TEST_CASE("role-only, empty, finish-only and usage-only chunks are no tokens", "[bench]") {
  const auto sample = play(
      dialect::openai_chat,
      {R"({"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"content":"Hel"}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"content":"lo"}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})",
       R"({"id":"c","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})", "[DONE]"});
  CHECK(sample.ok());
  CHECK(sample.first_event == 1'000'000);
  CHECK(sample.tokens == at_ms({2, 4}));
  CHECK(sample.first_content == 2'000'000);
  CHECK(sample.done == 7'000'000);
  CHECK(sample.output_tokens == 5);
  CHECK(sample.input_tokens == 7);
}

TEST_CASE("reasoning is the first token and not the first content", "[bench]") {
  const auto sample =
      play(dialect::openai_chat, {R"({"id":"c","choices":[{"index":0,"delta":{"role":"assistant","reasoning":"Hm"}}]})",
                                  R"({"id":"c","choices":[{"index":0,"delta":{"content":"Yes"}}]})",
                                  R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})", "[DONE]"});
  CHECK(sample.tokens == at_ms({1, 2}));
  CHECK(sample.first_content == 2'000'000);
}

TEST_CASE("names and arguments of tools are tokens", "[bench]") {
  const auto sample = play(
      dialect::openai_chat,
      {R"({"id":"c","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":""}}]}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]})",
       R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})", "[DONE]"});
  CHECK(sample.ok());
  CHECK(sample.tokens == at_ms({1, 2}));
}

TEST_CASE("pings and block marks of a Messages stream are no tokens", "[bench]") {
  const auto sample = play(
      dialect::anthropic_messages,
      {R"({"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}})",
       R"({"type":"ping"})", R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"!"}})",
       R"({"type":"content_block_stop","index":0})",
       R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}})",
       R"({"type":"message_stop"})"});
  CHECK(sample.ok());
  CHECK(sample.tokens == at_ms({4, 5}));
  CHECK(sample.done == 8'000'000);
  CHECK(sample.output_tokens == 4);
}

TEST_CASE("an error inside an answer fails the request", "[bench]") {
  const auto sample = play(dialect::openai_chat, {R"({"id":"c","choices":[{"index":0,"delta":{"content":"Hel"}}]})",
                                                  R"({"error":{"message":"out of memory","type":"server_error"}})"});
  CHECK(sample.failure == FailureClass::stream_error_frame);
  CHECK(sample.message.find("out of memory") != std::string::npos);
}

TEST_CASE("an answer without its end mark is truncated", "[bench]") {
  const auto sample = play(dialect::openai_chat, {R"({"id":"c","choices":[{"index":0,"delta":{"content":"Hel"}}]})"});
  CHECK(sample.failure == FailureClass::truncated);
}

TEST_CASE("an event that is no JSON fails the request", "[bench]") {
  const auto sample = play(dialect::openai_chat,
                           {R"({"id":"c","choices":[{"index":0,"delta":{"content":"Hel"}}]})", R"({"id":"c","choi)"});
  CHECK(sample.failure == FailureClass::bad_json);
}

TEST_CASE("a complete answer without a token is empty", "[bench]") {
  const auto sample =
      play(dialect::openai_chat, {R"({"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
                                  R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})", "[DONE]"});
  CHECK(sample.failure == FailureClass::empty);
  CHECK(sample.tokens.empty());
}

TEST_CASE("transport errors are told apart by where the exchange stood", "[bench]") {
  const auto late = fail(Errc::timeout, "late").error();
  CHECK(classify(late, Stage::opening) == FailureClass::connect);
  CHECK(classify(late, Stage::waiting) == FailureClass::timeout_ttft);
  CHECK(classify(late, Stage::streaming) == FailureClass::timeout_idle);
  CHECK(classify(fail(Errc::network, "refused").error(), Stage::opening) == FailureClass::connect);
  CHECK(classify(fail(Errc::cancelled, "gone").error(), Stage::streaming) == FailureClass::cancelled_at_end);
  CHECK(classify(fail(Errc::upstream_protocol, "cut", {}, "stream_incomplete").error(), Stage::streaming) ==
        FailureClass::truncated);
  CHECK(classify(fail(Errc::upstream_protocol, "no HTTP").error(), Stage::waiting) == FailureClass::protocol);
  CHECK(classify_status(404) == FailureClass::http_4xx);
  CHECK(classify_status(429) == FailureClass::http_429);
  CHECK(classify_status(529) == FailureClass::http_5xx);
  CHECK(classify_status(307) == FailureClass::http_other);
}

TEST_CASE("an answer that its server broke off is no success", "[bench]") {
  const auto sample =
      play(dialect::openai_chat, {R"({"choices":[{"index":0,"delta":{"content":"half"}}]})",
                                  R"({"choices":[{"index":0,"delta":{},"finish_reason":"abort"}]})", "[DONE]"});
  CHECK_FALSE(sample.ok());
  CHECK(sample.message.contains("abort"));
}
