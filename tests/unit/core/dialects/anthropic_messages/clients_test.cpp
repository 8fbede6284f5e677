// What a strict Messages client sees of other services' streams.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "support/fixtures.h"
#include "support/messages_stream.h"

using namespace llmgw;

namespace messages_clients_test {

using Lines = std::vector<std::string>;

std::string chat_stream(const std::vector<std::string>& chunks) {
  std::string out;
  for (const auto& chunk : chunks) out += "data: " + chunk + "\n\n";
  return out;
}

std::string choice(std::string_view delta, std::string_view finish = "null") {
  return R"({"id":"c1","model":"up","choices":[{"index":0,"delta":)" + std::string(delta) + R"(,"finish_reason":)" +
         std::string(finish) + "}]}";
}

std::string call_delta(int index, std::string_view members) {
  return R"({"tool_calls":[{"index":)" + std::to_string(index) + "," + std::string(members) + "}]}";
}

std::string as_messages(std::string_view chat, std::int64_t estimate = 11) {
  dialect::ClientContext client;
  client.model = "asked";
  client.input_estimate = estimate;
  const auto events = fixtures::decode_stream(dialect::openai_chat, chat, fixtures::Cut::whole);
  return support::encode_messages_stream(events, client);
}

TEST_CASE("a Chat stream with thinking, text and a call, as a Messages client sees it", "[messages][stream]") {
  const auto seen = support::read_messages_stream(as_messages(chat_stream(
      {choice(R"({"role":"assistant","content":""})"), choice(R"({"reasoning":"Let me"})"),
       choice(R"({"reasoning":" see."})"), choice(R"({"content":"OK."})"),
       choice(call_delta(0, R"("id":"call_1","type":"function","function":{"name":"get_weather","arguments":""})")),
       choice(call_delta(0, R"("function":{"arguments":"{\"city\":"})")),
       choice(call_delta(0, R"("function":{"arguments":"\"Seoul\"}"})")), choice("{}", "\"tool_calls\""),
       R"({"id":"c1","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":15,"total_tokens":35,)"
       R"("completion_tokens_details":{"reasoning_tokens":5}}})",
       "[DONE]"})));
  CHECK(seen.faults == Lines{});
  REQUIRE(seen.trace.size() == 15);
  CHECK(seen.trace[1] == "start 0 thinking");
  CHECK(seen.trace[4].starts_with("delta 0 signature_delta llmgw1."));
  CHECK(seen.trace[6] == "start 1 text");
  CHECK(seen.trace[9] == "start 2 tool_use call_1 get_weather");
  CHECK(seen.trace[10] == "delta 2 input_json_delta {\"city\":");
  CHECK(seen.trace[11] == "delta 2 input_json_delta \"Seoul\"}");
  CHECK(seen.trace[13] ==
        "message_delta tool_use {\"input_tokens\":20,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"output_tokens\":15,\"output_tokens_details\":{\"thinking_tokens\":5}}");
}

TEST_CASE("calls that a Chat upstream interleaves reach a Messages client in order", "[messages][stream]") {
  const auto seen = support::read_messages_stream(as_messages(
      chat_stream({choice(call_delta(0, R"("id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":"})")),
                   choice(call_delta(1, R"("id":"b","type":"function","function":{"name":"g","arguments":"{\"y\":"})")),
                   choice(call_delta(0, R"("function":{"arguments":"1}"})")),
                   choice(call_delta(1, R"("function":{"arguments":"2}"})")), choice("{}", "\"stop\""), "[DONE]"})));
  CHECK(seen.faults == Lines{});
  CHECK(seen.stop_reason == "tool_use");
  CHECK(Lines(seen.trace.begin() + 1, seen.trace.end() - 2) ==
        Lines{"start 0 tool_use a f", "delta 0 input_json_delta {\"x\":", "delta 0 input_json_delta 1}", "stop 0",
              "start 1 tool_use b g", "delta 1 input_json_delta {\"y\":", "delta 1 input_json_delta 2}", "stop 1"});
}

TEST_CASE("a Chat stream that is cut or fails ends in an error for a Messages client", "[messages][stream]") {
  const std::vector<std::vector<std::string>> streams{
      {choice(R"({"content":"half"})")},
      {choice(R"({"content":"half"})"), R"({"error":{"message":"boom","type":"server_error"}})"},
      {choice(R"({"content":"half"})"), "{\"broken"},
      {choice(call_delta(0, R"("id":"a","function":{"name":"f","arguments":"{\"x\":"})"))}};
  for (const auto& stream : streams) {
    const auto seen = support::read_messages_stream(as_messages(chat_stream(stream)));
    CHECK(seen.faults == Lines{});
    CHECK(seen.failed);
    CHECK_FALSE(seen.stopped);
  }
}

TEST_CASE("every recorded answer makes a correct stream for a Messages client", "[messages][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded answers beside the repository");
  std::size_t checked = 0;
  const std::vector<std::string> families{"openai-chat", "anthropic", "vllm",    "deepseek",     "llama-cpp",
                                          "openrouter",  "groq",      "mistral", "xai",          "moonshot",
                                          "qwen",        "azure",     "ollama",  "other-compat", "perplexity",
                                          "huggingface", "gemini",    "bedrock", "paired",       "sse-edge"};
  for (const auto& answer : fixtures::answers(families)) {
    const auto events = fixtures::decode(answer, fixtures::Cut::whole);
    const auto first = fixtures::collect(events);
    const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
    INFO(answer.name);
    CHECK(seen.faults == Lines{});
    CHECK(seen.stopped == (first.complete && first.choices.size() > 0
                               ? first.choices.front().finish != ir::FinishReason::error
                               : first.complete));
    ++checked;
    if (!seen.stopped) continue;
    const auto again = fixtures::collect(support::decode_messages_stream(support::encode_messages_stream(events)));
    CHECK(again.text() == first.text() + (first.choices.empty() ? "" : support::refusal_text(first.choices.front())));
    CHECK(again.reasoning() == first.reasoning());
  }
  CHECK(checked > 100);
}

}  // namespace messages_clients_test
