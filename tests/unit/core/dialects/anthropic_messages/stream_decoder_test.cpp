#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>

#include "core/ir/answer.h"
#include "support/messages_stream.h"

using namespace llmgw;

namespace messages_stream_decoder_test {

std::string event(std::string_view type, std::string_view members) {
  return "event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) + "\"" +
         (members.empty() ? "" : ",") + std::string(members) + "}\n\n";
}

std::string start() {
  return event("message_start", R"("message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x",)"
                                R"("content":[],"usage":{"input_tokens":10,"cache_read_input_tokens":4,)"
                                R"("cache_creation_input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":2},)"
                                R"("output_tokens":1}})");
}

std::string block_start(int index, std::string_view block) {
  return event("content_block_start",
               "\"index\":" + std::to_string(index) + ",\"content_block\":" + std::string(block));
}

std::string block_delta(int index, std::string_view delta) {
  return event("content_block_delta", "\"index\":" + std::to_string(index) + ",\"delta\":" + std::string(delta));
}

std::string block_stop(int index) { return event("content_block_stop", "\"index\":" + std::to_string(index)); }

std::string message_delta(std::string_view reason, std::string_view usage = R"({"output_tokens":7})") {
  return event("message_delta", R"("delta":{"stop_reason":")" + std::string(reason) +
                                    R"(","stop_sequence":null},"usage":)" + std::string(usage));
}

std::string message_stop() { return event("message_stop", ""); }

std::string text_block(int index, std::string_view text) {
  return block_start(index, R"({"type":"text","text":""})") +
         block_delta(index, R"({"type":"text_delta","text":")" + std::string(text) + "\"}") + block_stop(index);
}

ir::Answer answer(std::string_view bytes, std::size_t step = std::string_view::npos) {
  ir::Collector collector;
  collector.add(support::decode_messages_stream(bytes, step));
  return collector.take();
}

const ir::ToolCall& call(const ir::Answer& answer, std::size_t block) {
  return std::get<ir::ToolCall>(answer.choices.at(0).blocks.at(block).value);
}

TEST_CASE("messages decoder: a whole stream reads the same however it is cut", "[messages][stream]") {
  const auto bytes =
      start() + block_start(0, R"({"type":"thinking","thinking":"","signature":""})") + event("ping", "") +
      block_delta(0, R"({"type":"thinking_delta","thinking":"Hm é"})") +
      block_delta(0, R"({"type":"signature_delta","signature":"EqQB"})") + block_stop(0) +
      text_block(1, R"(Gr\u00fc\u00dfe \ud83d\ude00 😀)") +
      block_start(2, R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}})") +
      block_delta(2, R"({"type":"input_json_delta","partial_json":""})") +
      block_delta(2, R"({"type":"input_json_delta","partial_json":"{\"a\": "})") +
      block_delta(2, R"({"type":"input_json_delta","partial_json":"1}"})") + block_stop(2) +
      message_delta("tool_use", R"({"output_tokens":20,"output_tokens_details":{"thinking_tokens":8}})") +
      message_stop();
  const auto step = static_cast<std::size_t>(GENERATE(range(1, 400)));
  const auto read = answer(bytes, step);
  REQUIRE(read.complete);
  CHECK(read.id == "msg_1");
  CHECK(read.model == "claude-x");
  CHECK(read.text() == "Grüße 😀 😀");
  CHECK(read.reasoning() == "Hm é");
  CHECK(std::get<ir::Reasoning>(read.choices[0].blocks[0].value).signature == "EqQB");
  CHECK(call(read, 2).args == "{\"a\": 1}");
  CHECK(read.choices[0].finish == ir::FinishReason::tool_calls);
  CHECK(read.usage->input_total == 17);
  CHECK(read.usage->input_cached == 4);
  CHECK(read.usage->input_cache_write == 3);
  CHECK(read.usage->input_cache_write_1h == 2);
  CHECK(read.usage->output_total == 20);
  CHECK(read.usage->output_reasoning == 8);
}

TEST_CASE("messages decoder: the numbers of message_delta replace those of message_start", "[messages][stream]") {
  const auto read = answer(start() +
                           message_delta("end_turn", R"({"input_tokens":30,"output_tokens":5,)"
                                                     R"("cache_read_input_tokens":null})") +
                           message_stop());
  CHECK(read.usage->input_total == 30 + 4 + 3);
  CHECK(read.usage->output_total == 5);
}

TEST_CASE("messages decoder: a stream that ends early is incomplete", "[messages][stream]") {
  const auto bytes = GENERATE(std::string(), start(), start() + text_block(0, "half"),
                              start() + block_start(0, R"({"type":"text","text":""})"));
  const auto read = answer(bytes);
  CHECK_FALSE(read.complete);
  REQUIRE(read.error);
  CHECK(read.error->code == Errc::upstream_protocol);
  CHECK(read.error->wire_code == "stream_incomplete");
}

TEST_CASE("messages decoder: a stop reason makes up for a missing message_stop", "[messages][stream]") {
  const auto read = answer(start() + text_block(0, "all") + message_delta("max_tokens"));
  CHECK(read.complete);
  CHECK(read.choices.at(0).finish == ir::FinishReason::length);
  CHECK_FALSE(read.error);
}

TEST_CASE("messages decoder: an event's name stands in for a missing type", "[messages][stream]") {
  const auto read = answer(start() +
                           "event: content_block_start\ndata: {\"index\":0,\"content_block\":{\"type\":\"text\"}}\n\n"
                           "event: content_block_delta\ndata: "
                           "{\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n"
                           "event: message_stop\ndata: {}\n\n");
  CHECK(read.text() == "hi");
  CHECK(read.complete);
}

TEST_CASE("messages decoder: two blocks open at once are told apart", "[messages][stream]") {
  // llama.cpp opens the text before it closes the thinking, and signs with an empty text.
  const auto read =
      answer(start() + block_start(0, R"({"type":"thinking","thinking":""})") +
             block_delta(0, R"({"type":"thinking_delta","thinking":"A"})") +
             block_start(1, R"({"type":"text","text":""})") + block_delta(1, R"({"type":"text_delta","text":"B"})") +
             block_delta(0, R"({"type":"signature_delta","signature":""})") + block_stop(0) + block_stop(1) +
             message_delta("end_turn") + message_stop());
  CHECK(read.reasoning() == "A");
  CHECK(read.text() == "B");
  CHECK(std::get<ir::Reasoning>(read.choices[0].blocks[0].value).signature.empty());
}

TEST_CASE("messages decoder: the input of a call has one of three sources", "[messages][stream]") {
  struct Row {
    std::string_view block;
    std::string_view delta;
    std::string_view expected;
  };
  const auto row = GENERATE(Row{R"({"type":"tool_use","id":"a","name":"f"})", "", "{}"},
                            Row{R"({"type":"tool_use","id":"a","name":"f","input":{}})", "", "{}"},
                            Row{R"({"type":"tool_use","id":"a","name":"f","input":{"x": 1}})", "", R"({"x":1})"},
                            Row{R"({"type":"tool_use","id":"a","name":"f","input":{"x":1}})",
                                R"({"type":"input_json_delta","partial_json":"{\"y\":2}"})", R"({"y":2})"});
  const auto read =
      answer(start() + block_start(0, row.block) + (row.delta.empty() ? std::string() : block_delta(0, row.delta)) +
             block_stop(0) + message_delta("tool_use") + message_stop());
  CHECK(call(read, 0).args == row.expected);
  CHECK(call(read, 0).id == "a");
}

TEST_CASE("messages decoder: a call without an id gets one", "[messages][stream]") {
  const auto read = answer(start() + block_start(0, R"({"type":"tool_use","name":"f"})") + block_stop(0) +
                           message_delta("tool_use") + message_stop());
  CHECK(call(read, 0).id.starts_with("toolu_"));
}

TEST_CASE("messages decoder: the finish follows what the answer holds", "[messages][stream]") {
  const bool has_call = GENERATE(false, true);
  const std::string reason = GENERATE("tool_use", "end_turn", "max_tokens", "pause_turn", "something_new");
  const auto block =
      has_call ? block_start(0, R"({"type":"tool_use","id":"a","name":"f"})") + block_stop(0) : text_block(0, "x");
  const auto read = answer(start() + block + message_delta(reason) + message_stop());
  const auto expected = reason == "max_tokens" ? ir::FinishReason::length
                        : has_call             ? ir::FinishReason::tool_calls
                                               : ir::FinishReason::stop;
  CHECK(read.choices[0].finish == expected);
  CHECK(read.choices[0].raw_finish == reason);
}

TEST_CASE("messages decoder: errors of several shapes end the stream", "[messages][stream]") {
  struct Row {
    std::string_view frame;
    Errc code;
    std::string_view message;
  };
  const auto row = GENERATE(
      Row{"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n",
          Errc::overloaded, "busy"},
      Row{"data: {\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}\n\n",
          Errc::overloaded, "Loading model"},
      Row{"event: error\ndata: went wrong\n\n", Errc::upstream_error, "went wrong"});
  const bool after_text = GENERATE(false, true);
  const auto read = answer((after_text ? start() + text_block(0, "x") : std::string()) + std::string(row.frame) +
                           message_delta("end_turn") + message_stop());
  CHECK_FALSE(read.complete);
  REQUIRE(read.error);
  CHECK(read.error->code == row.code);
  CHECK(read.error->message == row.message);
}

TEST_CASE("messages decoder: data that is no JSON object breaks the protocol", "[messages][stream]") {
  const std::string data = GENERATE("{\"type\":\"mess", "[1]", "<html>");
  const auto read = answer(start() + "data: " + data + "\n\n" + message_stop());
  CHECK_FALSE(read.complete);
  REQUIRE(read.error);
  CHECK(read.error->code == Errc::upstream_protocol);
  CHECK(read.error->message.find(data) != std::string::npos);
}

TEST_CASE("messages decoder: what is not known is passed over", "[messages][stream]") {
  const auto read =
      answer(start() + event("something_new", "\"x\":1") + start() +
             block_delta(9, R"({"type":"input_json_delta","partial_json":"{}"})") + block_stop(9) +
             block_start(0, R"({"type":"text","text":""})") + block_delta(0, R"({"type":"fancy_delta","fancy":"x"})") +
             block_delta(0, R"({"type":"thinking_delta","thinking":"x"})") +
             block_delta(0, R"({"type":"text_delta","text":"ok"})") + block_stop(0) + message_delta("end_turn") +
             message_stop() + "event: data\ndata: [DONE]\n\n");
  CHECK(read.complete);
  CHECK(read.text() == "ok");
  CHECK(read.choices[0].blocks.size() == 1);
}

TEST_CASE("messages decoder: an emoji split over two deltas is joined", "[messages][stream]") {
  const auto read = answer(start() + block_start(0, R"({"type":"text","text":""})") +
                           block_delta(0, R"({"type":"text_delta","text":"a\ud83d"})") +
                           block_delta(0, R"({"type":"text_delta","text":"\ude00b"})") +
                           block_delta(0, R"({"type":"text_delta","text":"\ud83d"})") + block_stop(0) +
                           message_delta("end_turn") + message_stop());
  CHECK(read.text() == "a😀b\xEF\xBF\xBD");
}

TEST_CASE("messages decoder: server tools and citations are kept", "[messages][stream]") {
  const auto read =
      answer(start() + block_start(0, R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}})") +
             block_delta(0, R"({"type":"input_json_delta","partial_json":"{\"query\":"})") +
             block_delta(0, R"({"type":"input_json_delta","partial_json":"\"x\"}"})") + block_stop(0) +
             block_start(1, R"({"type":"web_search_tool_result","tool_use_id":"s","content":[]})") + block_stop(1) +
             block_start(2, R"({"type":"text","text":""})") + block_delta(2, R"({"type":"text_delta","text":"T"})") +
             block_delta(2, R"({"type":"citations_delta","citation":{"type":"char_location"}})") + block_stop(2) +
             message_delta("end_turn") + message_stop());
  REQUIRE(read.choices[0].blocks.size() == 3);
  const auto& tool = std::get<ir::Opaque>(read.choices[0].blocks[0].value);
  CHECK(tool.type == "server_tool_use");
  CHECK(tool.json == R"({"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"x"}})");
  CHECK(std::get<ir::Opaque>(read.choices[0].blocks[1].value).type == "web_search_tool_result");
  CHECK(std::get<ir::Text>(read.choices[0].blocks[2].value).citations == R"([{"type":"char_location"}])");
  CHECK(read.choices[0].finish == ir::FinishReason::stop);
}

TEST_CASE("messages decoder: a stream that opens blocks without end is refused", "[messages][stream]") {
  std::string stream = start();
  for (int i = 0; i < 5000; ++i) stream += block_start(i, R"({"type":"text","text":""})");
  const auto read = answer(stream + message_delta("end_turn") + message_stop());
  REQUIRE(read.error);
  CHECK(read.error->code == Errc::upstream_protocol);
  CHECK_FALSE(read.complete);
}

TEST_CASE("messages decoder: pings and empty data are signs of life", "[messages][stream]") {
  const auto events = support::decode_messages_stream(event("ping", "") + "data: \n\n");
  REQUIRE(events.size() >= 2);
  CHECK(std::holds_alternative<ir::Heartbeat>(events[0]));
  CHECK(std::holds_alternative<ir::Heartbeat>(events[1]));
}

TEST_CASE("messages decoder: what the encoder writes is read back the same", "[messages][stream]") {
  const auto bytes = start() + block_start(0, R"({"type":"thinking","thinking":""})") +
                     block_delta(0, R"({"type":"thinking_delta","thinking":"Hm"})") +
                     block_delta(0, R"({"type":"signature_delta","signature":"S"})") + block_stop(0) +
                     text_block(1, "T") + block_start(2, R"({"type":"tool_use","id":"a","name":"f","input":{}})") +
                     block_delta(2, R"({"type":"input_json_delta","partial_json":"{\"a\":1}"})") + block_stop(2) +
                     message_delta("tool_use") + message_stop();
  const auto events = support::decode_messages_stream(bytes);
  const auto again = answer(support::encode_messages_stream(events));
  const auto first = answer(bytes);
  CHECK(again.text() == first.text());
  CHECK(again.reasoning() == first.reasoning());
  CHECK(call(again, 2).args == call(first, 2).args);
  CHECK(again.usage == first.usage);
  CHECK(again.choices[0].finish == first.choices[0].finish);
}

}  // namespace messages_stream_decoder_test
