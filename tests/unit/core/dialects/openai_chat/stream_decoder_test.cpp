#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "core/dialects/dialect.h"
#include "support/event_text.h"
#include "support/fixtures.h"

using namespace llmgw;

namespace chat_stream_decoding {

std::string chunk(std::string_view delta, std::string_view finish = "null") {
  return R"(data: {"id":"c-1","object":"chat.completion.chunk","created":9,"model":"m","choices":[{"index":0,"delta":)" +
         std::string(delta) + R"(,"finish_reason":)" + std::string(finish) + "}]}\n\n";
}

const std::string done = "data: [DONE]\n\n";

ir::Events events_of(std::string_view bytes, fixtures::Cut cut = fixtures::Cut::whole) {
  return fixtures::decode_stream(dialect::openai_chat, bytes, cut);
}

std::string decoded(std::string_view bytes) { return fixtures::line_of(events_of(bytes)); }

struct Row {
  const char* what;
  std::string stream;
  std::string events;
};

void check(const Row& row) {
  INFO(row.what);
  CHECK(decoded(row.stream) == row.events);
}

TEST_CASE("chat stream decoder opens a block for each kind of delta", "[dialects][chat]") {
  check(GENERATE_COPY(from_range(std::vector<Row>{
      {"text",
       chunk(R"({"role":"assistant","content":""})") + chunk(R"({"content":"Hi"})") + chunk(R"({"content":"!"})") +
           chunk("{}", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"Hi" 0"!" -0 finish(stop) end)"},
      {"reasoning, then text",
       chunk(R"({"reasoning_content":"a"})") + chunk(R"({"reasoning":"b"})") + chunk(R"({"content":"c"})") +
           chunk("{}", R"("stop")") + done,
       R"(start(c-1,m) +0reasoning 0r"a" 0r"b" -0 +1text 1"c" -1 finish(stop) end)"},
      {"both in one delta, both names with one text",
       chunk(R"({"content":"c","reasoning":"r","reasoning_content":"r"})", R"("stop")") + done,
       R"(start(c-1,m) +0reasoning 0r"r" -0 +1text 1"c" -1 finish(stop) end)"},
      {"refusal", chunk(R"({"refusal":"No."})") + chunk("{}", R"("content_filter")") + done,
       R"(start(c-1,m) +0refusal 0f"No." -0 finish(content_filter) end)"},
      {"content as parts",
       chunk(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},)"
             R"({"type":"text","text":"x"},{"type":"reference","ids":[1]}]})") +
           chunk("{}", R"("stop")") + done,
       R"(start(c-1,m) +0reasoning 0r"t" -0 +1text 1"x" -1 +2opaque{"type":"reference","ids":[1]} -2 finish(stop) end)"},
      {"annotations",
       chunk(R"({"content":"x"})") +
           chunk(R"({"annotations":[{"type":"url_citation","url_citation":{"url":"u"}}]})", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"x" 0c"{"type":"url_citation","url_citation":{"url":"u"}}" -0 finish(stop) end)"},
      {"log-probabilities",
       R"(data: {"id":"c-1","model":"m","choices":[{"delta":{"content":"x"},"logprobs":{"content":[]}}]})"
       "\n\n" +
           chunk("{}", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"x" logprobs{"content":[]} -0 finish(stop) end)"},
  })));
}

TEST_CASE("chat stream decoder puts tool calls together however they are marked", "[dialects][chat]") {
  check(GENERATE_COPY(from_range(std::vector<Row>{
      {"by index, interleaved",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]})") +
           chunk(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})") +
           chunk(R"({"tool_calls":[{"index":1,"function":{"arguments":"}"}}]})", R"("tool_calls")") + done,
       R"(start(c-1,m) +0tool(a,f) +1tool(b,g) 1a"{" 0a"{}" 1a"}" -0 -1 finish(tool_calls) end)"},
      {"id and name repeated in every piece",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"id":"","function":{"name":null,"arguments":null}}]})", R"("stop")") +
           done,
       R"(start(c-1,m) +0tool(a,f) 0a"{" 0a"}" -0 finish(tool_calls,stop) end)"},
      {"a new id under index 0",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"2"}}]})", R"("stop")") +
           done,
       R"(start(c-1,m) +0tool(a,f) 0a"1" +1tool(b,f) 1a"2" -0 -1 finish(tool_calls,stop) end)"},
      {"another name under the same index and id",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"function":{"name":"g","arguments":"2"}}]})", R"("tool_calls")"),
       R"(start(c-1,m) +0tool(a,f) 0a"1" +1tool(call_TjF83LHfRr6chPXtRKbrQ4sZ,g) 1a"2" -0 -1 finish(tool_calls) end)"},
      {"arguments as an object",
       chunk(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x": 1}}}]})", R"("stop")") + done,
       R"(start(c-1,m) +0tool(a,f) 0a"{"x": 1}" -0 finish(tool_calls,stop) end)"},
      {"by id alone, the pieces without",
       chunk(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]})") +
           chunk(R"({"tool_calls":[{"function":{"arguments":"}"}}]})", R"("stop")") + done,
       R"(start(c-1,m) +0tool(a,f) 0a"{" 0a"}" -0 finish(tool_calls,stop) end)"},
      {"the name after the first arguments",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{"}}]})") +
           chunk(R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"}"}}]})", R"("stop")") + done,
       R"(start(c-1,m) +0tool(a,f) 0a"{}" -0 finish(tool_calls,stop) end)"},
      {"text before and after",
       chunk(R"({"content":"x"})") +
           chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})") +
           chunk(R"({"content":"y"})", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"x" -0 +1tool(a,f) 1a"{}" +2text 2"y" -2 -1 finish(tool_calls,stop) end)"},
      {"custom tools",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"f","input":"x"}}]})",
             R"("tool_calls")") +
           done,
       R"(start(c-1,m) +0tool(a,f)! 0a"x" -0 finish(tool_calls) end)"},
      {"the deprecated function_call",
       chunk(R"({"function_call":{"name":"f","arguments":"{"}})") +
           chunk(R"({"function_call":{"arguments":"}"}})", R"("function_call")") + done,
       R"(start(c-1,m) +0tool(call_TjF83LHfRr6chPXtRKbrQ4sZ,f) 0a"{" 0a"}" -0 finish(tool_calls,function_call) end)"},
      {"a finish that promises calls which never came", chunk(R"({"content":"x"})", R"("tool_calls")") + done,
       R"(start(c-1,m) +0text 0"x" -0 finish(stop,tool_calls) end)"},
      {"arguments cut by the limit stay as they are",
       chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x"}}]})", R"("length")") +
           done,
       R"(start(c-1,m) +0tool(a,f) 0a"{"x" -0 finish(length) end)"},
  })));
}

TEST_CASE("chat stream decoder reads usage and finish wherever they come", "[dialects][chat]") {
  const std::string usage = R"("usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7})";
  const std::string usage_only = "data: {\"id\":\"c-1\",\"model\":\"m\",\"choices\":[]," + usage + "}\n\n";
  check(GENERATE_COPY(from_range(std::vector<Row>{
      {"usage behind the finish", chunk(R"({"content":"x"})", R"("stop")") + usage_only + done,
       R"(start(c-1,m) +0text 0"x" usage(5/0/0 2/0) -0 finish(stop) end)"},
      {"the same usage in every chunk counts once", usage_only + usage_only + chunk("{}", R"("stop")") + done,
       R"(start(c-1,m) usage(5/0/0 2/0) finish(stop) end)"},
      {"finish before more content, and again",
       chunk(R"({"content":"x"})", R"("length")") + chunk(R"({"content":"y"})", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"x" 0"y" -0 finish(stop) end)"},
      {"no end mark", chunk(R"({"content":"x"})", R"("stop")"), R"(start(c-1,m) +0text 0"x" -0 finish(stop) end)"},
      {"end mark without finish", chunk(R"({"content":"x"})") + done, R"(start(c-1,m) +0text 0"x" -0 end)"},
      {"words of other servers", chunk("{}", R"("EOS")") + done, R"(start(c-1,m) finish(stop,EOS) end)"},
      {"an error as finish", chunk("{}", R"("insufficient_system_resource")") + done,
       R"(start(c-1,m) finish(error,insufficient_system_resource) end)"},
      {"usage of Groq's own member",
       chunk(R"({"content":"x"})", R"("stop")") + "data: {\"id\":\"c-1\",\"choices\":[],\"x_groq\":{" + usage +
           "}}\n\n" + done,
       R"(start(c-1,m) +0text 0"x" usage(5/0/0 2/0) -0 finish(stop) end)"},
      {"Azure's first chunk says nothing yet",
       R"(data: {"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[]})"
       "\n\n" +
           chunk(R"({"content":"x"})", R"("stop")") + done,
       R"(start(c-1,m) +0text 0"x" -0 finish(stop) end)"},
      {"what follows the end mark", chunk("{}", R"("stop")") + done + chunk(R"({"content":"late"})") + done,
       R"(start(c-1,m) finish(stop) end)"},
      {"empty data and padding", "data:\n\ndata:  [DONE]  \n\n", "beat end"},
  })));
}

TEST_CASE("chat stream decoder counts tokens as the servers mean them", "[dialects][chat]") {
  const auto [usage, expected] = GENERATE(table<std::string, std::string>({
      {R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":3}})",
       "usage(10/4/2 5/3)"},
      {R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":18,"completion_tokens_details":{"reasoning_tokens":3}})",
       "usage(10/0/0 8/3)"},  // xAI: reasoning beside completion
      {R"({"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"completion_tokens_details":{"reasoning_tokens":3}})",
       "usage(10/0/0 5/3)"},  // DeepInfra
      {R"({"prompt_tokens":3,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":20}})",
       "usage(23/20/0 1/0)"},
      {R"({"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":8})", "usage(9/8/0 1/0)"},  // DeepSeek
      {R"({})", "usage(0/0/0 0/0)"},
      {R"({"prompt_tokens":null,"completion_tokens":-3})", "usage(0/0/0 0/0)"},
  }));
  CHECK(decoded("data: {\"id\":\"c\",\"choices\":[],\"usage\":" + usage + "}\n\n" + done) ==
        "start(c,) " + expected + " end");
}

TEST_CASE("chat stream decoder turns every error shape into a fault", "[dialects][chat]") {
  const auto [data, fault] = GENERATE(table<std::string, std::string>({
      {R"({"error":{"message":"no","type":"server_error","code":"x"}})", "fault(upstream_error,x)"},
      {R"({"error":"no"})", "fault(upstream_error,)"},
      {R"({"object":"error","message":"no","type":"InternalServerError","code":500})", "fault(upstream_error,)"},
      {R"({"detail":"no"})", "fault(upstream_error,)"},
      {R"({"code":"429","message":"slow down"})", "fault(rate_limit,)"},
      {R"({"id":"c","choices":[{"delta":{},"finish_reason":"error"}],"error":{"code":502,"message":"m"}})",
       "fault(upstream_error,)"},
      {R"({"error":{"message":"maximum context length is 4096 tokens","code":400}})", "fault(context_length,)"},
      {R"({"error":{"message":"busy","type":"overloaded_error"}})", "fault(overloaded,)"},
  }));
  CHECK(decoded("data: " + data + "\n\n" + done) == fault + " broken");
}

TEST_CASE("chat stream decoder keeps what came before the stream broke", "[dialects][chat]") {
  const std::string text = chunk(R"({"content":"x"})");
  check(GENERATE_COPY(from_range(std::vector<Row>{
      {"an end without finish", text,
       R"(start(c-1,m) +0text 0"x" -0 fault(upstream_protocol,stream_incomplete) broken)"},
      {"nothing at all", "", "fault(upstream_protocol,stream_incomplete) broken"},
      {"data that is not JSON", text + "data: {oops\n\n" + chunk(R"({"content":"y"})"),
       R"(start(c-1,m) +0text 0"x" -0 fault(upstream_protocol,) broken)"},
      {"data that is no object", text + "data: 12\n\n",
       R"(start(c-1,m) +0text 0"x" -0 fault(upstream_protocol,) broken)"},
      {"an event cut by the end",
       text + "data: {\"id\":", R"(start(c-1,m) +0text 0"x" -0 fault(upstream_protocol,stream_incomplete) broken)"},
      {"an error event in bare text", text + "event: error\ndata: out of memory\n\n",
       R"(start(c-1,m) +0text 0"x" -0 fault(upstream_error,) broken)"},
      {"one of two choices without finish",
       chunk("{}", R"("stop")") + R"(data: {"choices":[{"index":1,"delta":{"content":"z"}}]})" + "\n\n",
       R"(start(c-1,m) +c1:0text c1:0"z" finish(stop) -c1:0 fault(upstream_protocol,stream_incomplete) broken)"},
  })));
}

TEST_CASE("chat stream decoder tolerates missing and null members", "[dialects][chat][req-13]") {
  const auto data = GENERATE(R"({"choices":null})", R"({"choices":[{"index":0,"delta":null}]})", R"({"choices":[{}]})",
                             R"({"choices":[null]})", R"({"choices":[{"delta":{"content":null,"tool_calls":null}}]})",
                             R"({"choices":[{"delta":{"tool_calls":[]}}],"error":null})", R"({})");
  const auto events =
      events_of("data: " + std::string(data) + "\n\n" + chunk(R"({"content":"x"})", R"("stop")") + done);
  const auto answer = fixtures::collect(events);
  CHECK(answer.text() == "x");
  CHECK(answer.complete);
}

TEST_CASE("chat stream decoder keeps choices apart", "[dialects][chat]") {
  const auto part = [](int choice, const char* text) {
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":" + std::to_string(choice) + ",\"delta\":{\"content\":\"" +
           text + "\"},\"finish_reason\":\"stop\"}]}\n\n";
  };
  const auto answer = fixtures::collect(events_of(part(1, "b") + part(0, "a") + part(1, "B") + part(0, "A") + done));
  REQUIRE(answer.choices.size() == 2);
  CHECK(answer.text(0) == "aA");
  CHECK(answer.text(1) == "bB");
}

TEST_CASE("chat stream decoder joins surrogate halves of two deltas", "[dialects][chat]") {
  const auto joined =
      fixtures::collect(events_of(chunk(R"({"content":"\ud83d"})") + chunk(R"({"content":"\ude00!"})") + done));
  CHECK(joined.text() == "\xF0\x9F\x98\x80!");
  const auto lone = fixtures::collect(events_of(chunk(R"({"content":"a\ud83d"})") + done));
  CHECK(lone.text() == "a\xEF\xBF\xBD");
}

TEST_CASE("chat stream decoder bounds the blocks of a server that alternates per token", "[dialects][chat]") {
  std::string stream;
  for (int i = 0; i < 50; ++i) stream += chunk(R"({"reasoning":"r"})") + chunk(R"({"content":"t"})");
  const auto answer = fixtures::collect(events_of(stream + chunk("{}", R"("stop")") + done));
  CHECK(answer.text() == std::string(50, 't'));
  CHECK(answer.reasoning() == std::string(50, 'r'));
  CHECK(answer.choices.at(0).blocks.size() == 7);  // three pairs, and the rest of the reasoning behind the text
}

TEST_CASE("chat stream decoder takes one delta of megabytes and refuses calls without end", "[dialects][chat]") {
  const std::string large(5'000'000, 'x');
  CHECK(fixtures::collect(events_of(chunk(R"({"content":")" + large + R"("})", R"("stop")") + done)).text() == large);
  std::string calls;
  for (int i = 0; i < 5000; ++i) {
    const auto number = std::to_string(i);
    calls += (i == 0 ? "" : ",") + (R"({"index":)" + number + R"(,"id":")" + number + R"(","function":{"name":"f"}})");
  }
  const auto answer = fixtures::collect(events_of(chunk(R"({"tool_calls":[)" + calls + "]}") + done));
  REQUIRE(answer.error);
  CHECK(answer.error->code == Errc::upstream_protocol);
}

TEST_CASE("chat stream decoder reports a call that never gets a name", "[dialects][chat]") {
  const auto call = GENERATE(R"({"index":0,"id":"a","function":{"name":"","arguments":"{}"}})",
                             R"({"index":0,"function":{"arguments":"{}"}})", R"({"index":0,"id":"a"})");
  const auto events = events_of(chunk(R"({"content":"x","tool_calls":[)" + std::string(call) + "]}") +
                                chunk("{}", R"("tool_calls")") + done);
  CHECK(fixtures::line_of(events).find("tool(") == std::string::npos);
  const auto answer = fixtures::collect(events);
  REQUIRE(answer.error);
  CHECK(answer.error->code == Errc::upstream_protocol);
  CHECK(answer.error->message.find("without a name") != std::string::npos);
}

TEST_CASE("chat stream decoder takes the members of a call that are all empty for no call", "[dialects][chat]") {
  const auto members = GENERATE(R"("function_call":{"name":"","arguments":""})",
                                R"("tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":""}}])");
  CHECK(decoded(chunk(R"({"content":"x",)" + std::string(members) + "}", R"("stop")") + done) ==
        R"(start(c-1,m) +0text 0"x" -0 finish(stop) end)");
}

TEST_CASE("chat stream decoder keeps signatures and encrypted reasoning with their origin", "[dialects][chat]") {
  const std::string stream =
      chunk(
          R"({"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","format":"anthropic-claude-v1","index":0}]})") +
      chunk(
          R"({"reasoning_details":[{"type":"reasoning.text","signature":"SIG","format":"anthropic-claude-v1","index":0}]})") +
      chunk(R"({"content":"x"})") +
      chunk(
          R"({"reasoning_details":[{"type":"reasoning.encrypted","data":"ENC","format":"google-gemini-v1","index":0}]})") +
      chunk("{}", R"("stop")") + done;
  const auto answer = fixtures::collect(events_of(stream));
  const auto& blocks = answer.choices.at(0).blocks;
  REQUIRE(blocks.size() == 3);
  const auto& signed_one = std::get<ir::Reasoning>(blocks[0].value);
  CHECK(signed_one.text == "a");
  CHECK(signed_one.signature == "SIG");
  CHECK(signed_one.origin == "anthropic");
  const auto& encrypted = std::get<ir::Reasoning>(blocks[2].value);
  CHECK(encrypted.encrypted == "ENC");
  CHECK(encrypted.origin == "gemini");
}

TEST_CASE("chat stream decoder does not depend on where reads are cut", "[dialects][chat]") {
  const std::string stream =
      ": hello\r\n\r\n" + chunk(R"({"role":"assistant","content":"","reasoning":"Grüße"})") +
      chunk(R"({"content":"안녕 \ud83d"})") + chunk(R"({"content":"\ude00"})") +
      chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":\"ü\"}"}}]})") +
      chunk("{}", R"("tool_calls")") + done;
  const auto whole = decoded(stream);
  for (std::size_t at = 0; at <= stream.size(); ++at) {
    IdSource ids(1);
    const auto decoder = dialect::openai_chat.stream_decoder(ids);
    sse::Decoder frames;
    ir::Events events;
    for (const auto& piece : {stream.substr(0, at), stream.substr(at)}) {
      frames.feed(piece);
      for (;;) {
        const auto frame = frames.next();
        REQUIRE(frame);
        if (!*frame) break;
        decoder->frame(**frame, events);
      }
    }
    decoder->end(events);
    REQUIRE(fixtures::line_of(events) == whole);
  }
}

}  // namespace chat_stream_decoding
