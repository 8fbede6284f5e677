#include "core/dialects/openai_chat/model_rules.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/dialects/dialect.h"

namespace chat_model_rules {

using namespace llmgw;

struct Sent {
  std::string body;
  std::string notes;
};

// A Messages client's request to a Chat upstream of which nothing is known but the model.
Sent sent(const std::string& model, const std::string& members) {
  const std::string body = R"({"max_tokens":2000,"model":")" + model + "\"," + members + "}";
  const auto view = json::parse(body);
  REQUIRE(view);
  const auto request = dialect::anthropic_messages.decode_request(*view);
  REQUIRE(request);
  ir::Notes notes;
  const auto written = dialect::openai_chat.encode_request(*request, {}, notes);
  REQUIRE(written);
  return {*written, notes.header()};
}

bool has(const Sent& sent, std::string_view text) { return sent.body.find(text) != std::string::npos; }

TEST_CASE("models are known by their names, wherever they are served", "[dialects][chat]") {
  for (const std::string name : {"o1", "o3-mini", "o4-mini-2025", "gpt-5", "gpt-5-mini", "openai/gpt-5.4"})
    CHECK(dialect::chat::model_rules(name).reasons);
  for (const std::string name : {"gpt-4o", "o10", "gpt-50", "olmo", "gpt-oss-120b", ""})
    CHECK_FALSE(dialect::chat::model_rules(name).reasons);
  for (const std::string name :
       {"deepseek-chat", "deepseek-ai/DeepSeek-V4", "Kimi-K2.5", "MiniMax-M2", "zai-org/GLM-4.7"})
    CHECK(dialect::chat::model_rules(name).wants_reasoning_back);
  for (const std::string name : {"deepseek-r1", "DeepSeek-R1-Distill-Qwen-7B", "gpt-5", "qwen3", ""})
    CHECK_FALSE(dialect::chat::model_rules(name).wants_reasoning_back);
}

TEST_CASE("OpenAI's reasoning models get no sampling parameters and their own limit", "[dialects][chat]") {
  const std::string ask = R"("messages":[{"role":"user","content":"u"}],"temperature":0.5,"top_p":0.9)";
  const auto plain = sent("gpt-4o", ask);
  CHECK(has(plain, R"("max_tokens":2000,"temperature":0.5,"top_p":0.9)"));
  CHECK(plain.notes.empty());
  const auto reasoning = sent("gpt-5-mini", ask);
  CHECK(has(reasoning, R"("max_completion_tokens":2000)"));
  CHECK_FALSE(has(reasoning, "temperature"));
  CHECK_FALSE(has(reasoning, "top_p"));
  CHECK(reasoning.notes == "temperature=dropped, top_p=dropped");
  const auto usual = sent("o3", R"("messages":[{"role":"user","content":"u"}],"temperature":1)");
  CHECK_FALSE(has(usual, "temperature"));
  CHECK(usual.notes.empty());
}

TEST_CASE("the newer ones sample while they do not think", "[dialects][chat]") {
  const std::string ask =
      R"("messages":[{"role":"user","content":"u"}],"temperature":0.5,"thinking":{"type":"disabled"})";
  CHECK(has(sent("gpt-5.2", ask), R"("temperature":0.5)"));
  CHECK_FALSE(has(sent("gpt-5", ask), "temperature"));
}

TEST_CASE("models that need the reasoning of past turns get it on any server", "[dialects][chat][req-9]") {
  const std::string members = R"("messages":[{"role":"user","content":"u"},
    {"role":"assistant","content":[{"type":"thinking","thinking":"why","signature":"S"},
      {"type":"tool_use","id":"1","name":"f","input":{}}]},
    {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"}]},
    {"role":"assistant","content":"x"},{"role":"user","content":"v"}])";
  const auto replayed = sent("deepseek-chat", members);
  CHECK(has(replayed, R"("content":null,"reasoning_content":"why","tool_calls")"));
  CHECK(has(replayed, R"("content":"x","reasoning_content":"")"));
  CHECK_FALSE(has(replayed, R"("reasoning":)"));
  CHECK(replayed.notes.empty());
  CHECK_FALSE(has(sent("qwen3", members), "reasoning_content"));
}

}  // namespace chat_model_rules
