#include "proxy/pipeline/conveyor.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <memory>

#include "core/providers/provider.h"

namespace conveyor_test {

namespace proxy = llmgw::proxy;
namespace dialect = llmgw::dialect;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using llmgw::IdSource;
using llmgw::ManualClock;

constexpr std::string_view chat_stream =
    ": hello\n\n"
    "data: "
    "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"up\",\"choices\":[{\"index\":0,"
    "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"
    "data: "
    "{\"id\":\"c1\",\"created\":7,\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
    "\"Gr\xc3\xbc\xc3\x9f\"}}]}\n\n"
    "data: "
    "{\"id\":\"c1\",\"created\":7,\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
    "\n\n"
    "data: "
    "{\"id\":\"c1\",\"created\":7,\"model\":\"up\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":"
    "2}}\n\n"
    "data: [DONE]\n\n";

/// A conveyor with everything it needs.
struct Line {
  explicit Line(const dialect::Dialect& client_format, const dialect::Dialect& upstream_format)
      : client(client_format), attempt{upstream, upstream_format, &client_format == &upstream_format, {}, {},
                                       {},       std::nullopt} {
    attempt.client.ids = &ids;
    attempt.client.input_estimate = 11;
  }
  proxy::Conveyor make() { return proxy::Conveyor(attempt, client, ids, clock); }

  ManualClock clock;
  IdSource ids{1};
  proxy::Upstream upstream;
  const dialect::Dialect& client;
  proxy::Attempt attempt;
};

/// Feeds the stream in pieces of `step` bytes and closes it.
std::string carry(Line& line, std::string_view stream, std::size_t step) {
  auto conveyor = line.make();
  for (std::size_t at = 0; at < stream.size(); at += step) conveyor.feed(stream.substr(at, step));
  conveyor.finish();
  return conveyor.out();
}

TEST_CASE("a same-format stream keeps its bytes however it is cut", "[conveyor][req-20]") {
  Line line(dialect::openai_chat, dialect::openai_chat);
  const auto whole = carry(line, chat_stream, chat_stream.size());
  CHECK_THAT(whole, EndsWith(std::string(chat_stream.substr(chat_stream.find("data:")))));
  for (std::size_t step = 1; step < 64; ++step) CHECK(carry(line, chat_stream, step) == whole);
}

TEST_CASE("a translated stream is the same however it is cut", "[conveyor][req-20]") {
  const auto translate = [](std::size_t step) {
    Line line(dialect::anthropic_messages, dialect::openai_chat);
    return carry(line, chat_stream, step);
  };
  const auto whole = translate(chat_stream.size());
  CHECK_THAT(whole, ContainsSubstring("event: message_start"));
  CHECK_THAT(whole, ContainsSubstring("Gr\xc3\xbc\xc3\x9f"));
  CHECK_THAT(whole, ContainsSubstring("event: message_stop"));
  for (std::size_t cut = 1; cut < chat_stream.size(); ++cut) {
    Line line(dialect::anthropic_messages, dialect::openai_chat);
    auto conveyor = line.make();
    conveyor.feed(chat_stream.substr(0, cut));
    conveyor.feed(chat_stream.substr(cut));
    conveyor.finish();
    REQUIRE(conveyor.out() == whole);
  }
}

TEST_CASE("a stream that is cut never ends as a success, wherever the cut is", "[conveyor][req-1]") {
  const auto finish_at = chat_stream.find("\"finish_reason\":\"stop\"");
  for (const auto* client : {&dialect::openai_chat, &dialect::anthropic_messages}) {
    for (std::size_t cut = 0; cut < finish_at; ++cut) {
      Line line(*client, dialect::openai_chat);
      auto conveyor = line.make();
      conveyor.feed(chat_stream.substr(0, cut));
      conveyor.finish();
      REQUIRE(conveyor.tap().fault().has_value());
      REQUIRE(conveyor.out().find("message_stop") == std::string::npos);
      REQUIRE(conveyor.out().find("[DONE]") == std::string::npos);
      REQUIRE(conveyor.out().find("error") != std::string::npos);
    }
  }
}

TEST_CASE("nothing follows an error of the upstream", "[conveyor]") {
  const std::string stream =
      std::string(chat_stream.substr(0, chat_stream.find("data: {\"id\":\"c1\",\"created\":7,"
                                                         "\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{}"))) +
      "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n";
  for (const auto* client : {&dialect::openai_chat, &dialect::anthropic_messages}) {
    Line line(*client, dialect::openai_chat);
    const auto out = carry(line, stream, 7);
    CHECK_THAT(out, ContainsSubstring("boom"));
    CHECK_THAT(out, !ContainsSubstring("[DONE]"));
    CHECK_THAT(out, !ContainsSubstring("message_stop"));
  }
}

TEST_CASE("a block that breaks off is never told to be whole", "[conveyor][req-1]") {
  const std::string_view ends[] = {"", "data: {\"error\":{\"message\":\"boom\"}}\n\n", "data: <html>\n\n"};
  const std::string_view starts[] = {
      R"({"content":"half"})", R"({"reasoning_content":"half"})",
      R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"half"}}]})"};
  for (const auto end : ends) {
    for (const auto start : starts) {
      Line line(dialect::anthropic_messages, dialect::openai_chat);
      const auto stream = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + std::string(start) + "}]}\n\n";
      const auto out = carry(line, stream + std::string(end), 7);
      CHECK_THAT(out, ContainsSubstring("content_block_start"));
      CHECK_THAT(out, ContainsSubstring("half"));
      CHECK_THAT(out, ContainsSubstring("event: error"));
      CHECK_THAT(out, !ContainsSubstring("content_block_stop"));
    }
  }
}

TEST_CASE("an answer that the model's server broke off is a failure for the books as well", "[conveyor][req-1]") {
  Line line(dialect::anthropic_messages, dialect::openai_chat);
  auto conveyor = line.make();
  conveyor.feed(
      "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n"
      "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"abort\"}]}\n\n"
      "data: [DONE]\n\n");
  conveyor.finish();
  REQUIRE(conveyor.tap().fault());
  CHECK_THAT(conveyor.tap().fault()->message, ContainsSubstring("abort"));
  CHECK_FALSE(conveyor.tap().ended());
  CHECK_THAT(conveyor.out(), ContainsSubstring("Half"));
  CHECK_THAT(conveyor.out(), ContainsSubstring("event: error"));
  CHECK_THAT(conveyor.out(), !ContainsSubstring("message_stop"));
}

TEST_CASE("usage that only llmgw asked for does not reach the client", "[conveyor][req-11]") {
  Line line(dialect::openai_chat, dialect::openai_chat);
  line.attempt.edits.strip_usage = true;
  auto conveyor = line.make();
  conveyor.feed(chat_stream);
  conveyor.finish();
  CHECK_THAT(conveyor.out(), !ContainsSubstring("usage"));
  CHECK_THAT(conveyor.out(), EndsWith("data: [DONE]\n\n"));
  REQUIRE(conveyor.tap().usage());
  CHECK(conveyor.tap().usage()->input_total == 3);
}

TEST_CASE("a Messages client gets an estimate where the upstream reports no usage", "[conveyor][req-14]") {
  std::string stream(chat_stream);
  stream.erase(
      stream.find("data: {\"id\":\"c1\",\"created\":7,\"model\":\"up\",\"choices\":[],"),
      stream.find("data: [DONE]") - stream.find("data: {\"id\":\"c1\",\"created\":7,\"model\":\"up\",\"choices\":[],"));
  Line line(dialect::anthropic_messages, dialect::openai_chat);
  const auto out = carry(line, stream, stream.size());
  CHECK_THAT(out, ContainsSubstring("\"output_tokens\":2"));
}

TEST_CASE("a tool name that the upstream could not take comes back as the client's", "[conveyor]") {
  llmgw::ir::Tool tool;
  tool.name = "mcp__server__" + std::string(80, 'x');
  Line line(dialect::anthropic_messages, dialect::openai_chat);
  line.attempt.tool_names = dialect::ToolNames({tool});
  const auto sent = line.attempt.tool_names.wire(tool.name);
  CHECK(sent.size() <= 64);
  const auto out =
      carry(line,
            R"(data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a",)"
            R"("function":{"name":")" +
                sent + R"(","arguments":"{}"}}]},"finish_reason":"tool_calls"}]})" + "\n\ndata: [DONE]\n\n",
            9);
  CHECK_THAT(out, ContainsSubstring("\"name\":\"" + tool.name + "\""));
}

TEST_CASE("a Chat client gets the calls of its free-text tools as it declared them, however the stream is cut",
          "[conveyor]") {
  llmgw::ir::Tool tool;
  tool.name = "apply.patch";
  tool.kind = llmgw::ir::ToolKind::custom;
  const std::string stream =
      R"(data: {"type":"message_start","message":{"id":"m","model":"up"}})"
      "\n\n"
      R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"apply_patch","input":{}}})"
      "\n\n"
      R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"input\":\"*** "}})"
      "\n\n"
      R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"Begin\"}"}})"
      "\n\n"
      R"(data: {"type":"content_block_stop","index":0})"
      "\n\n"
      R"(data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}})"
      "\n\n"
      R"(data: {"type":"message_stop"})"
      "\n\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{50}, stream.size()}) {
    Line line(dialect::openai_chat, dialect::anthropic_messages);
    line.attempt.tool_names = dialect::ToolNames({tool});
    line.attempt.custom_calls = dialect::CustomCalls({tool});
    const auto out = carry(line, stream, step);
    CHECK_THAT(
        out, ContainsSubstring(
                 R"("tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"apply.patch","input":""}}])"));
    CHECK_THAT(out, ContainsSubstring(R"("tool_calls":[{"index":0,"custom":{"input":"*** Begin"}}])"));
    CHECK_THAT(out, ContainsSubstring(R"("finish_reason":"tool_calls")"));
  }
}

TEST_CASE("keep-alives are legal before and after the stream has begun", "[conveyor][req-15]") {
  Line line(dialect::anthropic_messages, dialect::openai_chat);
  auto conveyor = line.make();
  conveyor.keep_alive();
  CHECK_THAT(conveyor.out(), EndsWith("\n\n"));
  CHECK(conveyor.out().front() == ':');
  conveyor.out().clear();
  conveyor.feed(chat_stream.substr(0, chat_stream.find("data: {\"id\":\"c1\",\"created\":7")));
  conveyor.out().clear();
  conveyor.keep_alive();
  CHECK_THAT(conveyor.out(), ContainsSubstring("event: ping"));
}

TEST_CASE("a same-format Messages stream keeps alive with pings once it has begun", "[conveyor]") {
  Line line(dialect::anthropic_messages, dialect::anthropic_messages);
  auto conveyor = line.make();
  conveyor.feed(
      "event: message_start\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"x\",\"usage\":{}}}\n\n");
  conveyor.out().clear();
  conveyor.keep_alive();
  CHECK_THAT(conveyor.out(), ContainsSubstring("event: ping"));
}

TEST_CASE("data that is no JSON ends the stream instead of being forwarded", "[conveyor]") {
  Line line(dialect::openai_chat, dialect::openai_chat);
  const auto out = carry(line, "data: {\"id\":\"c\",\"choices\":[]}\n\ndata: <html>\n\ndata: [DONE]\n\n", 5);
  CHECK_THAT(out, ContainsSubstring("error"));
  CHECK_THAT(out, !ContainsSubstring("data: <html>"));
  CHECK_THAT(out, !ContainsSubstring("[DONE]"));
}

}  // namespace conveyor_test
