#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "core/dialects/opaque.h"
#include "support/messages_stream.h"

using namespace llmgw;

namespace messages_stream_encoder_test {

using Lines = std::vector<std::string>;

ir::BlockOpen open(int index, ir::BlockKind kind, std::string id = {}, std::string name = {}) {
  ir::BlockOpen out;
  out.index = index;
  out.kind = kind;
  out.id = std::move(id);
  out.name = std::move(name);
  if (kind == ir::BlockKind::reasoning) out.origin = "openai";
  return out;
}

ir::Delta delta(int index, ir::DeltaKind kind, std::string text) { return {0, index, kind, std::move(text)}; }

ir::Finish finish(ir::FinishReason reason, std::string raw = {}) { return {0, reason, std::move(raw), {}}; }

ir::Usage usage(std::int64_t input, std::int64_t output, std::int64_t reasoning = 0) {
  ir::Usage out;
  out.input_total = input;
  out.output_total = output;
  out.output_reasoning = reasoning;
  return out;
}

// Thinking, text and a call, as a Chat upstream's stream is decoded.
ir::Events thinking_text_and_call() {
  using enum ir::DeltaKind;
  return {ir::Start{"chatcmpl-1", "upstream-model", 0},
          open(0, ir::BlockKind::reasoning),
          delta(0, reasoning, "Let me"),
          delta(0, reasoning, " see."),
          ir::BlockClose{0, 0},
          open(1, ir::BlockKind::text),
          delta(1, text, "OK."),
          ir::BlockClose{0, 1},
          open(2, ir::BlockKind::tool_call, "call_1", "get_weather"),
          delta(2, args, "{\"city\":"),
          delta(2, args, "\"Seoul\"}"),
          finish(ir::FinishReason::tool_calls),
          ir::BlockClose{0, 2},
          usage(20, 15, 5),
          ir::End{true}};
}

std::string unsigned_thinking() { return dialect::wrap({"openai", "signature", {}, {}, {}}); }

TEST_CASE("messages stream: thinking, text and a call in the order of the format", "[messages][stream]") {
  dialect::ClientContext client;
  client.model = "claude-asked";
  client.input_estimate = 17;
  const auto seen = support::read_messages_stream(support::encode_messages_stream(thinking_text_and_call(), client));
  CHECK(seen.faults == Lines{});
  CHECK(seen.trace ==
        Lines{"message_start claude-asked {\"input_tokens\":17,\"cache_creation_input_tokens\":0,"
              "\"cache_read_input_tokens\":0,\"output_tokens\":0}",
              "start 0 thinking", "delta 0 thinking_delta Let me", "delta 0 thinking_delta  see.",
              "delta 0 signature_delta " + unsigned_thinking(), "stop 0", "start 1 text", "delta 1 text_delta OK.",
              "stop 1", "start 2 tool_use call_1 get_weather",
              "delta 2 input_json_delta {\"city\":", "delta 2 input_json_delta \"Seoul\"}", "stop 2",
              "message_delta tool_use {\"input_tokens\":20,\"cache_creation_input_tokens\":0,"
              "\"cache_read_input_tokens\":0,\"output_tokens\":15,\"output_tokens_details\":{\"thinking_tokens\":5}}",
              "message_stop"});
}

TEST_CASE("messages stream: calls whose pieces alternate come out one after the other", "[messages][stream]") {
  const int calls = GENERATE(1, 2, 3, 4, 5, 6, 7, 8);
  const bool closed_one_by_one = GENERATE(false, true);
  ir::Events events{ir::Start{"x", "m", 0}};
  const std::vector<std::string> pieces{"{\"n\":", "[1,{\"a\":\"}\"}]", ",\"s\":\"\\\"{\"", "}"};
  for (int call = 0; call < calls; ++call)
    events.emplace_back(open(call, ir::BlockKind::tool_call, "call_" + std::to_string(call), "f"));
  for (const auto& piece : pieces) {
    for (int call = 0; call < calls; ++call) events.emplace_back(delta(call, ir::DeltaKind::args, piece));
  }
  for (int call = 0; closed_one_by_one && call < calls; ++call) events.emplace_back(ir::BlockClose{0, call});
  events.emplace_back(finish(ir::FinishReason::tool_calls));
  events.emplace_back(ir::End{true});
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.stop_reason == "tool_use");
  Lines expected;
  for (int call = 0; call < calls; ++call) {
    const auto number = std::to_string(call);
    expected.push_back("start " + number + " tool_use call_" + number + " f");
    for (const auto& piece : pieces) expected.push_back("delta " + number + " input_json_delta " + piece);
    expected.push_back("stop " + number);
  }
  CHECK(Lines(seen.trace.begin() + 1, seen.trace.end() - 2) == expected);
}

TEST_CASE("messages stream: the first call is not held back, and a complete one makes room", "[messages][stream]") {
  dialect::ClientContext client;
  IdSource ids(1);
  client.ids = &ids;
  const auto encoder = dialect::anthropic_messages.stream_encoder(client);
  std::string out;
  encoder->encode(ir::Start{"x", "m", 0}, out);
  encoder->encode(open(0, ir::BlockKind::tool_call, "a", "f"), out);
  out.clear();
  encoder->encode(delta(0, ir::DeltaKind::args, "{\"a\":"), out);
  CHECK_FALSE(out.empty());
  encoder->encode(open(1, ir::BlockKind::tool_call, "b", "g"), out);
  out.clear();
  encoder->encode(delta(1, ir::DeltaKind::args, "{}"), out);
  CHECK(out.empty());
  encoder->encode(delta(0, ir::DeltaKind::args, "1}"), out);
  CHECK(out.find("\"id\":\"b\"") != std::string::npos);
}

TEST_CASE("messages stream: text that comes back goes on in a block of its own", "[messages][stream]") {
  const ir::Events events{ir::Start{"x", "m", 0},
                          open(0, ir::BlockKind::text),
                          delta(0, ir::DeltaKind::text, "one"),
                          open(1, ir::BlockKind::tool_call, "a", "f"),
                          delta(1, ir::DeltaKind::args, "{}"),
                          delta(0, ir::DeltaKind::text, "two"),
                          finish(ir::FinishReason::stop),
                          ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(Lines(seen.trace.begin() + 1, seen.trace.end() - 2) ==
        Lines{"start 0 text", "delta 0 text_delta one", "stop 0", "start 1 tool_use a f", "delta 1 input_json_delta {}",
              "stop 1", "start 2 text", "delta 2 text_delta two", "stop 2"});
}

TEST_CASE("messages stream: the stop reason follows what was written", "[messages][stream]") {
  struct Row {
    ir::FinishReason reason;
    bool call;
    std::string_view expected;
  };
  using enum ir::FinishReason;
  const auto row =
      GENERATE(Row{stop, false, "end_turn"}, Row{stop, true, "tool_use"}, Row{tool_calls, true, "tool_use"},
               Row{tool_calls, false, "end_turn"}, Row{length, true, "max_tokens"}, Row{length, false, "max_tokens"},
               Row{content_filter, false, "refusal"}, Row{none, false, "end_turn"}, Row{none, true, "tool_use"});
  ir::Events events{ir::Start{"x", "m", 0}};
  if (row.call) events.emplace_back(open(0, ir::BlockKind::tool_call, "a", "f"));
  if (row.reason != none) events.emplace_back(finish(row.reason));
  events.emplace_back(ir::End{true});
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.stop_reason == row.expected);
}

TEST_CASE("messages stream: a matched stop text is told", "[messages][stream]") {
  const ir::Events events{ir::Start{"x", "m", 0}, ir::Finish{0, ir::FinishReason::stop, "stop", "END"}, ir::End{true}};
  const auto bytes = support::encode_messages_stream(events);
  CHECK(bytes.find(R"("stop_reason":"stop_sequence","stop_sequence":"END")") != std::string::npos);
}

TEST_CASE("messages stream: a refusal is text that ends in refusal", "[messages][stream]") {
  const ir::Events events{ir::Start{"x", "m", 0}, open(0, ir::BlockKind::refusal),
                          delta(0, ir::DeltaKind::refusal, "No."), finish(ir::FinishReason::stop), ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.stop_reason == "refusal");
  CHECK(seen.trace.at(2) == "delta 0 text_delta No.");
}

TEST_CASE("messages stream: signatures of Anthropic's own pass unchanged, redacted thinking stays redacted",
          "[messages][stream][req-8]") {
  auto thinking = open(0, ir::BlockKind::reasoning);
  thinking.origin = "anthropic";
  auto signed_only = open(1, ir::BlockKind::reasoning);
  signed_only.origin = "anthropic";
  auto redacted = open(2, ir::BlockKind::reasoning);
  redacted.origin = "anthropic";
  const ir::Events events{ir::Start{"x", "m", 0},
                          thinking,
                          delta(0, ir::DeltaKind::reasoning, "Hm."),
                          delta(0, ir::DeltaKind::signature, "EqQB"),
                          ir::BlockClose{0, 0},
                          signed_only,
                          delta(1, ir::DeltaKind::signature, "Sig2"),
                          ir::BlockClose{0, 1},
                          redacted,
                          delta(2, ir::DeltaKind::encrypted, "Blob"),
                          ir::BlockClose{0, 2},
                          finish(ir::FinishReason::stop),
                          ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(Lines(seen.trace.begin() + 1, seen.trace.end() - 2) ==
        Lines{"start 0 thinking", "delta 0 thinking_delta Hm.", "delta 0 signature_delta EqQB", "stop 0",
              "start 1 thinking", "delta 1 signature_delta Sig2", "stop 1", "start 2 redacted_thinking Blob",
              "stop 2"});
}

TEST_CASE("messages stream: blocks without content leave no trace", "[messages][stream]") {
  const ir::Events events{ir::Start{"x", "m", 0},
                          open(0, ir::BlockKind::text),
                          ir::BlockClose{0, 0},
                          open(1, ir::BlockKind::reasoning),
                          ir::BlockClose{0, 1},
                          open(2, ir::BlockKind::image),
                          ir::BlockClose{0, 2},
                          open(3, ir::BlockKind::text),
                          delta(3, ir::DeltaKind::text, "x"),
                          finish(ir::FinishReason::stop),
                          ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.trace.at(1) == "start 0 text");
}

TEST_CASE("messages stream: reasoning that the client does not want is left out", "[messages][stream]") {
  dialect::ClientContext client;
  client.show_reasoning = false;
  const auto seen = support::read_messages_stream(support::encode_messages_stream(thinking_text_and_call(), client));
  CHECK(seen.faults == Lines{});
  CHECK(seen.trace.at(1) == "start 0 text");
}

TEST_CASE("messages stream: an error ends it, whatever came before", "[messages][stream]") {
  const bool after_text = GENERATE(false, true);
  Error error;
  error.code = Errc::overloaded;
  error.message = "busy";
  ir::Events events;
  if (after_text) {
    events = {ir::Start{"x", "m", 0}, open(0, ir::BlockKind::text), delta(0, ir::DeltaKind::text, "half")};
  }
  events.emplace_back(ir::Fault{error});
  events.emplace_back(ir::End{false});
  events.emplace_back(delta(0, ir::DeltaKind::text, "more"));
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.failed);
  CHECK_FALSE(seen.stopped);
  CHECK(seen.trace.back() == "error overloaded_error busy");
}

TEST_CASE("messages stream: a cut or failed answer never ends like a whole one", "[messages][stream]") {
  const auto last = GENERATE(ir::FinishReason::none, ir::FinishReason::error);
  ir::Events events{ir::Start{"x", "m", 0}, open(0, ir::BlockKind::text), delta(0, ir::DeltaKind::text, "half")};
  if (last == ir::FinishReason::error) events.emplace_back(finish(last, "abort"));
  events.emplace_back(ir::End{last == ir::FinishReason::error});
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.failed);
  if (last == ir::FinishReason::error) CHECK(seen.trace.back() == "error api_error The model stopped: abort");
}

TEST_CASE("messages stream: keep-alives are pings, and comments before the start", "[messages][stream]") {
  dialect::ClientContext client;
  IdSource ids(1);
  client.ids = &ids;
  const auto encoder = dialect::anthropic_messages.stream_encoder(client);
  std::string out;
  encoder->encode(ir::Heartbeat{}, out);
  CHECK(out.empty());
  encoder->keep_alive(out);
  CHECK(out == ": keep-alive\n\n");
  encoder->encode(ir::Start{"x", "m", 0}, out);
  out.clear();
  encoder->keep_alive(out);
  CHECK(out == "event: ping\ndata: {\"type\":\"ping\"}\n\n");
  encoder->encode(ir::End{true}, out);
  out.clear();
  encoder->keep_alive(out);
  CHECK(out.empty());
}

TEST_CASE("messages stream: without usage from upstream the totals are estimates", "[messages][stream]") {
  dialect::ClientContext client;
  client.input_estimate = 40;
  const ir::Events events{ir::Start{"x", "m", 0}, open(0, ir::BlockKind::text),
                          delta(0, ir::DeltaKind::text, "1234567"), finish(ir::FinishReason::stop), ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events, client));
  CHECK(seen.trace.at(4) ==
        "message_delta end_turn {\"input_tokens\":40,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"output_tokens\":2}");
}

TEST_CASE("messages stream: two calls of one answer never share an id", "[messages][stream]") {
  const ir::Events events{ir::Start{"x", "m", 0}, open(0, ir::BlockKind::tool_call, "0", "f"),
                          ir::BlockClose{0, 0},   open(1, ir::BlockKind::tool_call, "0", "g"),
                          ir::BlockClose{0, 1},   ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.trace.at(1) == "start 0 tool_use 0 f");
  CHECK(seen.trace.at(3).starts_with("start 1 tool_use toolu_"));
}

TEST_CASE("messages stream: only the first choice is told", "[messages][stream]") {
  ir::BlockOpen other = open(0, ir::BlockKind::text);
  other.choice = 1;
  const ir::Events events{ir::Start{"x", "m", 0}, other, ir::Delta{1, 0, ir::DeltaKind::text, "second"},
                          ir::Finish{1, ir::FinishReason::length, "length", {}}, ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(seen.stop_reason == "end_turn");
  CHECK(seen.trace.size() == 3);
}

TEST_CASE("messages stream: a tool call that the server runs has its input in a delta", "[messages][stream]") {
  ir::BlockOpen server = open(0, ir::BlockKind::opaque);
  server.origin = "anthropic";
  server.name = "server_tool_use";
  server.json =
      "{\"type\":\"server_tool_use\",\n\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"x\"}}";
  ir::BlockOpen foreign = open(1, ir::BlockKind::opaque);
  foreign.origin = "gemini";
  foreign.json = "{\"type\":\"grounding\"}";
  const ir::Events events{ir::Start{"x", "m", 0}, server,       ir::BlockClose{0, 0}, foreign,
                          ir::BlockClose{0, 1},   ir::End{true}};
  const auto seen = support::read_messages_stream(support::encode_messages_stream(events));
  CHECK(seen.faults == Lines{});
  CHECK(Lines(seen.trace.begin() + 1, seen.trace.end() - 2) ==
        Lines{"start 0 server_tool_use", "delta 0 input_json_delta {\"query\":\"x\"}", "stop 0"});
}

}  // namespace messages_stream_encoder_test
