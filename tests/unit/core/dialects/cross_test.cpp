#include <catch2/catch_test_macros.hpp>

#include "core/dialects/tools.h"
#include "support/client_streams.h"
#include "support/fixtures.h"

using namespace llmgw;

namespace cross_translation {

const std::vector<std::string> families{
    "openai-chat", "anthropic", "vllm",  "deepseek",   "llama-cpp",   "openrouter", "groq",         "mistral", "xai",
    "moonshot",    "qwen",      "azure", "perplexity", "huggingface", "ollama",     "other-compat", "paired",
};

// An answer as a client of this format can see it.
ir::Answer as_seen_by(const dialect::Dialect& client, ir::Answer answer) {
  const bool messages = client.family == "anthropic";
  if (messages && answer.choices.size() > 1) answer.choices.resize(1);
  if (answer.choices.empty()) answer.choices.emplace_back();
  if (answer.choices.size() == 1 && answer.choices[0].finish == ir::FinishReason::none && answer.complete) {
    answer.choices[0].finish = ir::FinishReason::stop;  // clients always get a reason
  }
  for (auto& choice : answer.choices) {
    for (auto& block : choice.blocks) {
      // Refusals are text to Messages clients; arguments are an object there.
      if (const auto* refusal = std::get_if<ir::Refusal>(&block.value); refusal != nullptr && messages) {
        block.value = ir::Text{refusal->text, {}};
        if (choice.finish == ir::FinishReason::stop) choice.finish = ir::FinishReason::content_filter;
      }
      if (auto* call = std::get_if<ir::ToolCall>(&block.value)) {
        if (call->args.empty()) call->args = "{}";
        if (messages) call->args = dialect::compact_json(call->args);
      }
    }
  }
  return answer;
}

dialect::ClientContext client_context(IdSource& ids) {
  dialect::ClientContext client;
  client.model = "asked-model";
  client.include_usage = true;
  client.created = 1'763'600'000;
  client.input_estimate = 12;
  client.ids = &ids;
  return client;
}

// Usage is compared only where the upstream sent one: Messages clients get an estimate otherwise.
std::string compare(const dialect::Dialect& client, const ir::Answer& sent, ir::Answer got) {
  const auto expected = as_seen_by(client, sent);
  if (!expected.usage) got.usage.reset();
  return fixtures::difference(expected, as_seen_by(client, std::move(got)));
}

}  // namespace cross_translation

TEST_CASE("every recorded answer reaches a client of every format unchanged, as a stream", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded answers beside the repository");
  for (const auto& answer : fixtures::answers(cross_translation::families)) {
    if (answer.status >= 400) continue;
    const auto events = fixtures::decode(answer, fixtures::Cut::whole);
    const auto whole = fixtures::collect(events);
    for (const auto* client : dialect::dialects()) {
      IdSource ids(5);
      const auto bytes = fixtures::encode_stream(*client, events, cross_translation::client_context(ids));
      INFO(answer.name << " to " << client->name);
      CHECK(fixtures::refuse_stream(*client, bytes, true) == "");
      const auto again = fixtures::collect(fixtures::decode_stream(*client, bytes, fixtures::Cut::whole));
      if (whole.error) {
        CHECK(again.error);
        CHECK_FALSE(again.complete);
        continue;
      }
      CHECK(cross_translation::compare(*client, whole, again) == "");
      CHECK(again.model == "asked-model");
    }
  }
}

TEST_CASE("every recorded answer reaches a client of every format unchanged, as a whole", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded answers beside the repository");
  for (const auto& answer : fixtures::answers(cross_translation::families)) {
    const auto whole = fixtures::collect(fixtures::decode(answer, fixtures::Cut::whole));
    if (whole.error) continue;
    for (const auto* client : dialect::dialects()) {
      IdSource ids(5);
      const auto body = client->encode_response(whole, cross_translation::client_context(ids));
      INFO(answer.name << " to " << client->name);
      const auto view = json::parse(body);
      REQUIRE(view);
      ir::Events events;
      client->decode_response(*view, ids, events);
      CHECK(cross_translation::compare(*client, whole, fixtures::collect(events)) == "");
    }
  }
}

TEST_CASE("the error answers of all recorded services keep their status and their words", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded answers beside the repository");
  const auto errors = fixtures::errors(cross_translation::families);
  CHECK(errors.size() > 5);
  for (const auto& answer : errors) {
    INFO(answer.name);
    const Error error = answer.dialect->decode_error(answer.status, {}, answer.body);
    for (const auto* client : dialect::dialects()) {
      const auto body = client->encode_error(error, "req_1");
      REQUIRE(json::parse(body));
      if (answer.status < 500) CHECK(client->error_status(error) == answer.status);
    }
    CHECK(error.message.size() > 10);
    CHECK(error.message.find("without a message") == std::string::npos);
  }
}
