#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"
#include "support/client_streams.h"

namespace chat_stream_encoding {

using namespace llmgw;

// Streams for a client, with the part that all chunks share taken out.
class Client {
 public:
  explicit Client(bool include_usage = false, bool show_reasoning = true) : ids_(3) {
    context_.model = "asked";
    context_.created = 7;
    context_.include_usage = include_usage;
    context_.show_reasoning = show_reasoning;
    context_.ids = &ids_;
  }

  std::string bytes(const ir::Events& events) {
    return fixtures::encode_stream(dialect::openai_chat, events, context_);
  }

  std::string short_form(const ir::Events& events) {
    std::string out = bytes(events);
    replace(out, R"({"id":"chatcmpl-up","object":"chat.completion.chunk","created":7,"model":"asked","choices":[)", "");
    replace(out, R"(,"logprobs":null,"finish_reason":null}])", "");
    replace(out, "{\"index\":0,\"delta\":", "");
    replace(out, "data: ", "");
    replace(out, "}\n\n", "\n");
    replace(out, "\n\n", "\n");
    return out;
  }

 private:
  static void replace(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
    }
  }

  IdSource ids_;
  dialect::ClientContext context_;
};

ir::BlockOpen open(int index, ir::BlockKind kind) {
  ir::BlockOpen block;
  block.index = index;
  block.kind = kind;
  return block;
}

ir::BlockOpen tool(int index, std::string id, std::string name, ir::ToolKind kind = ir::ToolKind::function) {
  ir::BlockOpen block = open(index, ir::BlockKind::tool_call);
  block.id = std::move(id);
  block.name = std::move(name);
  block.tool_kind = kind;
  return block;
}

ir::Delta piece(int index, ir::DeltaKind kind, std::string text) { return {0, index, kind, std::move(text)}; }

ir::Finish ended(ir::FinishReason reason, std::string raw = {}) { return {0, reason, std::move(raw), {}}; }

const ir::Start start{"chatcmpl-up", "upstream-model", 0};

TEST_CASE("chat stream encoder writes role, deltas, finish and end mark in that order", "[dialects][chat]") {
  CHECK(
      Client().bytes({start, open(0, ir::BlockKind::text), piece(0, ir::DeltaKind::text, "Hi"), ir::BlockClose{0, 0},
                      ended(ir::FinishReason::stop), ir::Usage{}, ir::End{true}}) ==
      R"(data: {"id":"chatcmpl-up","object":"chat.completion.chunk","created":7,"model":"asked","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

data: {"id":"chatcmpl-up","object":"chat.completion.chunk","created":7,"model":"asked","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}]}

data: {"id":"chatcmpl-up","object":"chat.completion.chunk","created":7,"model":"asked","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

data: [DONE]

)");
}

TEST_CASE("chat stream encoder writes usage as the last chunk, for those who asked", "[dialects][chat]") {
  ir::Usage usage;
  usage.input_total = 10;
  usage.input_cached = 4;
  usage.output_total = 6;
  usage.output_reasoning = 1;
  const ir::Events events{start, usage, ended(ir::FinishReason::stop), ir::End{true}};
  const auto asked = Client(true).bytes(events);
  CHECK(asked.find(R"("choices":[],"usage":{"prompt_tokens":10,"completion_tokens":6,"total_tokens":16,)"
                   R"("prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":0,"audio_tokens":0},)"
                   R"("completion_tokens_details":{"reasoning_tokens":1,)") != asked.npos);
  CHECK(fixtures::refuse_chat_stream(asked, true) == "");
  CHECK(Client(false).bytes(events).find("usage") == std::string::npos);
  // Where the upstream sent none there is none, but the key stays in every chunk.
  CHECK(Client(true).bytes({start, ended(ir::FinishReason::stop), ir::End{true}}).find("prompt_tokens") ==
        std::string::npos);
}

TEST_CASE("chat stream encoder numbers tool calls by themselves and opens each once", "[dialects][chat]") {
  const ir::Events events{start,
                          open(0, ir::BlockKind::text),
                          piece(0, ir::DeltaKind::text, "x"),
                          tool(1, "a", "f"),
                          tool(2, "b", "g"),
                          piece(1, ir::DeltaKind::args, "{"),
                          piece(2, ir::DeltaKind::args, "{}"),
                          piece(1, ir::DeltaKind::args, "}"),
                          ended(ir::FinishReason::tool_calls),
                          ir::End{true}};
  CHECK(Client().short_form(events) == R"({"role":"assistant","content":""}
{"content":"x"}
{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}
{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]}
{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}
{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}
{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}
{},"logprobs":null,"finish_reason":"tool_calls"}]
[DONE]
)");
}

TEST_CASE("chat stream encoder shows reasoning under both names and signatures as details", "[dialects][chat]") {
  ir::BlockOpen block = open(0, ir::BlockKind::reasoning);
  block.origin = "anthropic";
  const ir::Events events{start,
                          block,
                          piece(0, ir::DeltaKind::reasoning, "a"),
                          piece(0, ir::DeltaKind::reasoning, "b"),
                          piece(0, ir::DeltaKind::signature, "SIG"),
                          ir::BlockClose{0, 0},
                          ended(ir::FinishReason::stop),
                          ir::End{true}};
  CHECK(Client().short_form(events) == R"({"role":"assistant","content":""}
{"reasoning_content":"a","reasoning":"a"}
{"reasoning_content":"b","reasoning":"b"}
{"reasoning_details":[{"type":"reasoning.text","text":"ab","signature":"SIG","format":"anthropic-claude-v1","index":0}]}
{},"logprobs":null,"finish_reason":"stop"}]
[DONE]
)");
  CHECK(Client(false, false).bytes(events).find("reasoning") == std::string::npos);
}

TEST_CASE("chat stream encoder ends with an error and nothing behind it", "[dialects][chat]") {
  const auto last = GENERATE(0, 1, 2);
  ir::Events events{start, open(0, ir::BlockKind::text), piece(0, ir::DeltaKind::text, "x")};
  if (last == 0) {
    Error error;
    error.code = Errc::overloaded;
    error.message = "busy";
    events.emplace_back(ir::Fault{error});
    events.emplace_back(ir::End{false});
  } else if (last == 1) {
    events.emplace_back(ir::End{false});
  } else {
    events.emplace_back(ended(ir::FinishReason::error, "abort"));
    events.emplace_back(ir::End{true});
  }
  const auto bytes = Client().bytes(events);
  const char* const wanted[] = {
      R"({"error":{"message":"busy","type":"service_unavailable","param":null,"code":"overloaded"}})",
      R"("code":"stream_incomplete"}})", R"({"error":{"message":"The model stopped: abort",)"};
  CHECK(bytes.find(wanted[last]) != bytes.npos);
  CHECK(bytes.find("[DONE]") == bytes.npos);
  CHECK(bytes.find("finish_reason\":\"") == bytes.npos);
  CHECK(fixtures::refuse_chat_stream(bytes, false) == "");
}

TEST_CASE("chat stream encoder gives a finish reason even where the upstream gave none", "[dialects][chat]") {
  CHECK(Client().bytes({start, ir::End{true}}).find(R"("finish_reason":"stop")") != std::string::npos);
  const ir::Events calls{start, tool(0, "a", "f"), ended(ir::FinishReason::stop), ir::End{true}};
  CHECK(Client().bytes(calls).find(R"("finish_reason":"tool_calls")") != std::string::npos);
}

TEST_CASE("chat stream encoder hides what the service ran itself", "[dialects][chat]") {
  const ir::Events events{start, tool(0, "s", "web_search", ir::ToolKind::server), piece(0, ir::DeltaKind::args, "{}"),
                          ended(ir::FinishReason::stop), ir::End{true}};
  CHECK(Client().bytes(events).find("web_search") == std::string::npos);
}

TEST_CASE("chat stream encoder greets every choice before its first delta", "[dialects][chat]") {
  ir::BlockOpen second = open(0, ir::BlockKind::text);
  second.choice = 1;
  const auto bytes =
      Client().bytes({start, second, ir::Delta{1, 0, ir::DeltaKind::text, "b"},
                      ir::Finish{1, ir::FinishReason::stop, "", ""}, ended(ir::FinishReason::length), ir::End{true}});
  CHECK(bytes.find(R"({"index":1,"delta":{"role":"assistant","content":""})") != bytes.npos);
  CHECK(fixtures::refuse_chat_stream(bytes, false) == "");
}

TEST_CASE("chat stream encoder keeps line separators and raw JSON on one line", "[dialects][chat]") {
  ir::Events events{start,
                    open(0, ir::BlockKind::text),
                    piece(0, ir::DeltaKind::text,
                          "a\xE2\x80\xA8"
                          "b\n"),
                    piece(0, ir::DeltaKind::citation, "{\n \"type\": \"url_citation\"\n}"),
                    ir::Logprobs{0, "{\n\"content\": []}"},
                    ended(ir::FinishReason::stop),
                    ir::End{true}};
  const auto bytes = Client().bytes(events);
  CHECK(fixtures::refuse_chat_stream(bytes, false) == "");
  CHECK(bytes.find(R"("content":"a\u2028b\n")") != bytes.npos);
}

TEST_CASE("chat stream encoder keeps alive with comments until the end", "[dialects][chat]") {
  IdSource ids(1);
  dialect::ClientContext context;
  context.ids = &ids;
  const auto encoder = dialect::openai_chat.stream_encoder(context);
  std::string out;
  encoder->keep_alive(out);
  CHECK(out == ": keep-alive\n\n");
  encoder->encode(ir::End{true}, out);
  const auto size = out.size();
  encoder->keep_alive(out);
  CHECK(out.size() == size);
}

TEST_CASE("chat stream encoder takes the upstream's model and makes an id where it has to", "[dialects][chat]") {
  IdSource ids(1);
  dialect::ClientContext context;
  context.ids = &ids;
  const auto bytes =
      fixtures::encode_stream(dialect::openai_chat, {ir::Start{"msg_1", "claude", 0}, ir::End{true}}, context);
  CHECK(bytes.find(R"("model":"claude")") != bytes.npos);
  CHECK(bytes.find("msg_1") == bytes.npos);
  CHECK(bytes.find("\"id\":\"chatcmpl-") != bytes.npos);
}

}  // namespace chat_stream_encoding
