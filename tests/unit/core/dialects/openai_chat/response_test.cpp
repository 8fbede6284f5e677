#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"
#include "core/ir/answer.h"
#include "support/event_text.h"
#include "support/fixtures.h"

namespace chat_responses {

using namespace llmgw;

std::string decoded(const std::string& body) {
  IdSource ids(1);
  ir::Events events;
  dialect::openai_chat.decode_response(*json::parse(body), ids, events);
  ir::Events outline;
  dialect::openai_chat.outline_response(*json::parse(body), outline);
  CHECK(fixtures::books_of(outline) == fixtures::books_of(events));
  return fixtures::line_of(events);
}

TEST_CASE("a whole chat answer decodes like its stream", "[dialects][chat]") {
  CHECK(
      decoded(R"({"id":"c","created":3,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{
    "role":"assistant","content":"x","refusal":null,"reasoning_content":"r",
    "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}}],
    "usage":{"prompt_tokens":2,"completion_tokens":1}})") ==
      R"(start(c,m) +0reasoning 0r"r" -0 +1text 1"x" -1 +2tool(a,f) 2a"{}" usage(2/0/0 1/0) -2 finish(tool_calls) end)");
}

TEST_CASE("the outline of a whole chat answer is what the books need of it", "[dialects][chat]") {
  const auto body = json::parse(R"({"id":"c","choices":[
    {"index":1,"finish_reason":"stop","message":{"content":"x","tool_calls":[]}},
    {"index":0,"finish_reason":"stop","message":{"content":"x","tool_calls":[{"function":{"name":"f"}}]}},
    {"index":2,"finish_reason":"tool_calls","message":{"content":"x"}},
    {"index":3,"finish_reason":null,"message":{"content":"x"}}],
    "x_groq":{"usage":{"prompt_tokens":2,"completion_tokens":1}}})");
  ir::Events outline;
  dialect::openai_chat.outline_response(*body, outline);
  CHECK(fixtures::line_of(outline) ==
        "c1:finish(stop) finish(tool_calls,stop) c2:finish(stop,tool_calls) usage(2/0/0 1/0) end");
}

TEST_CASE("an answer that is none is a fault", "[dialects][chat]") {
  const auto [body, fault] = GENERATE(table<std::string, std::string>({
      {R"({"error":{"message":"no","code":503}})", "fault(overloaded,)"},
      {R"({"error":{"message":"no","code":503},"choices":[]})", "fault(overloaded,)"},
      {R"({"detail":"no"})", "fault(upstream_error,)"},
      {R"({"id":"c","choices":[]})", "start(c,) fault(upstream_protocol,)"},
      {R"({})", "fault(upstream_protocol,)"},
      {R"([1])", "fault(upstream_protocol,)"},
  }));
  CHECK(decoded(body) == fault + " broken");
}

TEST_CASE("a whole chat answer is written with all that it holds", "[dialects][chat]") {
  ir::Answer answer;
  answer.id = "chatcmpl-1";
  answer.model = "up";
  answer.created = 5;
  auto& choice = answer.choices.emplace_back();
  choice.finish = ir::FinishReason::stop;
  ir::Reasoning reasoning;
  reasoning.text = "why";
  reasoning.signature = "SIG";
  reasoning.origin = "anthropic";
  choice.blocks.push_back({reasoning, {}, {}});
  choice.blocks.push_back({ir::Text{"Hi", {}}, {}, {}});
  choice.blocks.push_back({ir::ToolCall{"a", "f", ir::ToolKind::function, "{}"}, {}, {}});
  answer.usage = ir::Usage{};
  answer.complete = true;
  IdSource ids(1);
  dialect::ClientContext client;
  client.model = "asked";
  client.ids = &ids;
  CHECK(
      dialect::openai_chat.encode_response(answer, client) ==
      R"({"id":"chatcmpl-1","object":"chat.completion","created":5,"model":"asked","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"why","reasoning":"why",)"
      R"("reasoning_details":[{"type":"reasoning.text","text":"why","signature":"SIG","format":"anthropic-claude-v1","index":0}],)"
      R"("tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"("logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,)"
      R"("prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0,"audio_tokens":0},)"
      R"("completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}})");
}

TEST_CASE("content is null beside calls alone, and empty text where nothing was said", "[dialects][chat]") {
  IdSource ids(1);
  dialect::ClientContext client;
  client.ids = &ids;
  ir::Answer answer;
  answer.choices.emplace_back();
  CHECK(dialect::openai_chat.encode_response(answer, client).find(R"("content":"")") != std::string::npos);
  answer.choices[0].blocks.push_back({ir::ToolCall{"a", "f", ir::ToolKind::function, ""}, {}, {}});
  CHECK(dialect::openai_chat.encode_response(answer, client).find(R"("content":null)") != std::string::npos);
}

TEST_CASE("restamping a whole chat answer changes its model name alone", "[dialects][chat]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {R"({ "model" : "up", "x":1e-7})", R"({ "model" : "public", "x":1e-7})"},
      {R"({"id":"c"})", R"({"id":"c"})"},
  }));
  CHECK(dialect::openai_chat.restamp_response(*json::parse(before), "public") == after);
}

TEST_CASE("chat errors are written in OpenAI's envelope", "[dialects][chat]") {
  Error error;
  error.code = Errc::invalid_request;
  error.message = "bad \"thing\"";
  error.param = "messages[0].role";
  CHECK(
      dialect::openai_chat.encode_error(error, "") ==
      R"({"error":{"message":"bad \"thing\"","type":"invalid_request_error","param":"messages[0].role","code":null}})");
  error.wire_code = "invalid_value";
  error.wire_type = "BadRequestError";
  error.details = R"({"a":1})";
  error.param.clear();
  CHECK(dialect::openai_chat.encode_error(error, "req_1") ==
        R"({"error":{"message":"bad \"thing\"","type":"BadRequestError","param":null,"code":"invalid_value",)"
        R"("details":{"a":1},"request_id":"req_1"}})");
}

TEST_CASE("chat errors have the status of their class unless the upstream's is kept", "[dialects][chat]") {
  Error error;
  error.code = Errc::overloaded;
  CHECK(dialect::openai_chat.error_status(error) == 503);
  error.status = 422;
  CHECK(dialect::openai_chat.error_status(error) == 422);
}

TEST_CASE("numbers of tokens that no answer has are read as the most that any could have", "[dialects][chat]") {
  IdSource ids(1);
  ir::Events events;
  const auto body = json::parse(R"({"choices":[],"usage":{"prompt_tokens":9223372036854775807,)"
                                R"("completion_tokens":9223372036854775807,"total_tokens":-5,)"
                                R"("completion_tokens_details":{"reasoning_tokens":9223372036854775807}}})");
  dialect::openai_chat.decode_response(*body, ids, events);
  dialect::anthropic_messages.decode_response(
      *json::parse(R"({"type":"message","content":[],"usage":{"input_tokens":9223372036854775807,)"
                   R"("cache_read_input_tokens":9223372036854775807,"cache_creation_input_tokens":5,)"
                   R"("cache_creation":{"ephemeral_1h_input_tokens":7}}})"),
      ids, events);
  int seen = 0;
  for (const auto& event : events) {
    const auto* usage = std::get_if<ir::Usage>(&event);
    if (usage == nullptr) continue;
    ++seen;
    CHECK(usage->input_total >= ir::most_tokens);
    CHECK(usage->output_total >= 0);
    ir::Answer answer;
    answer.usage = *usage;
    answer.choices.resize(1);
    dialect::ClientContext client;
    client.ids = &ids;
    CHECK_FALSE(dialect::anthropic_messages.encode_response(answer, client).contains(":-"));
  }
  CHECK(seen == 2);
}

}  // namespace chat_responses
