#include "core/health/subject.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "core/health/answer.h"
#include "core/health/deep/deep.h"
#include "core/ir/usage.h"
#include "core/json/view.h"
#include "healthy.h"

namespace health_subject_test {

using namespace llmgw::health;

Facts engine(std::string_view model, std::string_view kind = "vllm") {
  auto facts = healthy::vllm();
  facts.kind = find_kind(kind);
  facts.loopback = true;
  facts.model = std::string(model);
  return facts;
}

std::string code_of(const Facts& facts, const Expectations& expectations = {}, Mode mode = Mode::chat) {
  const auto consent = consented(facts, expectations, mode);
  return consent ? "asked" : std::string(consent.error().code);
}

/// The limit that the request of the check `chat` sets.
std::int64_t limit_of(const Facts& facts, std::string_view member = "max_tokens") {
  Expectations expectations;
  expectations.cost_limit_usd = 1;
  const auto plan = deep::chat_plan(facts, expectations);
  REQUIRE(plan);
  REQUIRE(plan->size() == 1);
  const auto body = llmgw::json::parse(plan->front().body);
  REQUIRE(body);
  return (*body)[member].integer().value_or(-1);
}

TEST_CASE("an answer is asked for with as few tokens as the model takes", "[health]") {
  CHECK(limit_of(engine("llama-3")) == 1);
  CHECK(limit_of(engine("Qwen/QwQ-32B")) == 200);
  CHECK(limit_of(engine("Qwen/Qwen3-VL-30B-Instruct")) == 1);
  CHECK(limit_of(engine("openai/gpt-4o", "openrouter")) == 16);
  CHECK(limit_of(engine("gpt-4o", "openai"), "max_completion_tokens") == 16);
  CHECK(limit_of(engine("gpt-5", "openai"), "max_completion_tokens") == 200);
  auto dgx = engine("flagship", "dgx");
  dgx.replies["{api}/info"] = healthy::reply(
      200, R"({"models":[{"alias":"flagship","constraints":{"min_max_tokens":300,"typical_response_seconds":8}}]})");
  CHECK(limit_of(dgx) == 300);
  CHECK(subject_of(dgx, {})->typical_s == 8);
}

TEST_CASE("an answer that was cut is told with the limit that its request had", "[health]") {
  auto facts = engine("Qwen/QwQ-VL-32B");
  const auto cut = R"({"choices":[{"message":{"content":""},"finish_reason":"length"}]})";
  for (const auto* check : {"tools", "json", "vision"}) {
    const auto plan = find_check(check)->plan(facts, {});
    REQUIRE(plan);
    facts.probes[check].exchanges = {{plan->front(), healthy::reply(200, cut)},
                                     {plan->back(), healthy::reply(200, cut)}};
    const auto body = llmgw::json::parse(plan->front().body);
    const auto limit = (*body)["max_tokens"].integer().value_or(-1);
    const auto finding = find_check(check)->judge(facts, {});
    CAPTURE(check, finding.message);
    CHECK(finding.message.contains("within " + std::to_string(limit) + " tokens"));
  }
}

TEST_CASE("the model that is asked is the one that was named, or the only one", "[health]") {
  auto facts = engine("");
  CHECK(subject_of(facts, {})->id == "Qwen/Qwen3");
  Expectations expectations;
  expectations.models = {"other"};
  CHECK(subject_of(facts, expectations)->id == "other");
  facts.model = "own";
  CHECK(subject_of(facts, expectations)->id == "own");
  facts.model.clear();
  facts.replies["{api}/models"] = healthy::reply(200, R"({"data":[{"id":"a"},{"id":"b"}]})");
  CHECK(code_of(facts) == "model_unclear");
  facts.kind = find_kind("ollama");
  facts.replies["/api/ps"] = healthy::reply(200, R"({"models":[{"name":"b"}]})");
  CHECK(subject_of(facts, {})->id == "b");
}

TEST_CASE("what a model is for is told by its server, else by its name", "[health]") {
  const auto [name, mode] = GENERATE(table<std::string_view, Mode>({
      {"BAAI/bge-base-en-v1.5", Mode::embedding},
      {"text-embedding-3-small", Mode::embedding},
      {"BAAI/bge-reranker-v2-m3", Mode::rerank},
      {"Qwen/Qwen3-Reranker-4B", Mode::rerank},
      {"llama-3", Mode::chat},
  }));
  CAPTURE(name);
  CHECK(subject_of(engine(name), {})->mode == mode);
  auto gateway = engine("llama-3", "litellm");
  gateway.replies["{api}/model/info"] =
      healthy::reply(200, R"({"data":[{"model_name":"llama-3","model_info":{"mode":"image_generation"}}]})");
  CHECK(subject_of(gateway, {})->mode == Mode::other);
  auto tei = engine("", "tei");
  tei.replies["/info"] = healthy::reply(200, R"({"model_id":"some/model","model_type":{"reranker":{}}})");
  CHECK(subject_of(tei, {})->id == "some/model");
  CHECK(subject_of(tei, {})->mode == Mode::rerank);
}

TEST_CASE("a model is asked only what it is for", "[health]") {
  const auto facts = engine("bge-base");
  CHECK(code_of(facts, {}, Mode::embedding) == "asked");
  CHECK(code_of(facts, {}, Mode::chat) == "not_applicable");
  CHECK(deep::fim_plan(engine("llama-3"), {}).error().code == "not_applicable");
  CHECK(deep::fim_plan(engine("Qwen2.5-Coder-7B"), {})->front().body.contains("<|fim_suffix|>"));
  CHECK(deep::vision_plan(engine("llama-3"), {}).error().code == "not_applicable");
  CHECK(deep::vision_plan(engine("Qwen/Qwen3-VL-30B-Instruct"), {})->front().body.contains("data:image/png;base64,"));
}

TEST_CASE("a level is consent for engines; what costs money needs a limit too", "[health]") {
  Expectations limited;
  limited.cost_limit_usd = 0.1;
  for (const auto* kind : {"openai", "anthropic", "litellm", "dgx", "llmgw"}) {
    CAPTURE(kind);
    CHECK(code_of(engine("m", kind)) == "would_spend");
    CHECK(code_of(engine("m", kind), limited) == "asked");
  }
  CHECK(code_of(engine("m", "vllm")) == "asked");
  auto unknown = engine("m", "openai_compatible");
  CHECK(code_of(unknown) == "asked");
  unknown.loopback = false;
  CHECK(code_of(unknown) == "would_spend");
}

TEST_CASE("an engine that one weak sign speaks for needs a limit, unless it is on this machine", "[health]") {
  auto guessed = engine("m", "vllm");
  guessed.confidence = Confidence::low;
  CHECK(code_of(guessed) == "asked");
  guessed.loopback = false;
  CHECK(code_of(guessed) == "would_spend");
  Expectations limited;
  limited.cost_limit_usd = 0.1;
  CHECK(code_of(guessed, limited) == "asked");
  guessed.confidence = Confidence::configured;
  CHECK(code_of(guessed) == "asked");
}

TEST_CASE("a model that is not loaded is not loaded by a check unasked", "[health]") {
  auto ollama = engine("a", "ollama");
  CHECK(code_of(ollama) == "would_load");
  ollama.replies["/api/ps"] = healthy::reply(200, R"({"models":[{"name":"b","model":"b"}]})");
  CHECK(code_of(ollama) == "would_load");
  Expectations allowed;
  allowed.allow_load = true;
  CHECK(code_of(ollama, allowed) == "asked");
  ollama.replies["/api/ps"] = healthy::reply(200, R"({"models":[{"name":"a","model":"a"}]})");
  CHECK(code_of(ollama) == "asked");
  auto studio = engine("a", "lmstudio");
  studio.replies["/api/v1/models"] = healthy::reply(200, R"({"models":[{"key":"a","loaded_instances":[]}]})");
  CHECK(code_of(studio) == "would_load");
  studio.replies["/api/v1/models"] = healthy::reply(200, R"({"models":[{"key":"a","loaded_instances":[{}]}]})");
  CHECK(code_of(studio) == "asked");
  auto router = engine("a", "llamacpp");
  router.replies["{api}/models"] = healthy::reply(200, R"({"data":[{"id":"a","status":{"value":"unloaded"}}]})");
  CHECK(code_of(router) == "would_load");
}

TEST_CASE("a model that is loaded under its full name is loaded", "[health]") {
  auto ollama = engine("qwen3", "ollama");
  ollama.replies["/api/ps"] = healthy::reply(200, R"({"models":[{"name":"qwen3:latest","model":"qwen3:latest"}]})");
  CHECK(code_of(ollama) == "asked");
  ollama.replies["/api/ps"] = healthy::reply(200, R"({"models":[{"name":"qwen3:8b","model":"qwen3:8b"}]})");
  CHECK(code_of(ollama) == "would_load");
  ollama.replies["{api}/models"] = healthy::reply(
      200, R"({"data":[{"id":"qwen3:8b","context_length":1},{"id":"qwen3:latest","context_length":2}]})");
  CHECK(subject_of(ollama, {})->context == 2);
}

TEST_CASE("whether a model is loaded is unknown where the server does not tell, and then it is not asked", "[health]") {
  auto ollama = engine("a", "ollama");
  ollama.replies["/api/ps"] = healthy::reply(500, "out of memory");
  CHECK_FALSE(subject_of(ollama, {})->loaded);
  const auto consent = consented(ollama, {}, Mode::chat);
  REQUIRE_FALSE(consent);
  CHECK(consent.error().state == State::unknown);
  CHECK(consent.error().message.contains("HTTP 500"));
  Expectations allowed;
  allowed.allow_load = true;
  CHECK(code_of(ollama, allowed) == "asked");
}

TEST_CASE("an engine that sleeps is not woken, even where that is no fault", "[health]") {
  auto facts = engine("m");
  facts.page = healthy::page("vllm:engine_sleep_state{sleep_state=\"awake\"} 0\n");
  CHECK(code_of(facts) == "would_load");
  Expectations allowed;
  allowed.allow_sleep = allowed.allow_load = true;
  CHECK(code_of(facts, allowed) == "would_load");
}

TEST_CASE("prices are the server's where it lists them, and assumed where money is spent", "[health]") {
  auto router = engine("x/y", "openrouter");
  router.replies["{api}/models"] =
      healthy::reply(200, R"({"data":[{"id":"x/y","pricing":{"prompt":"0.000001","completion":"0.000002"}}]})");
  const auto listed = subject_of(router, {});
  CHECK(listed->priced);
  CHECK(listed->usd(1000, 1000) == 0.003);
  CHECK_FALSE(subject_of(engine("m", "openai"), {})->priced);
  CHECK(subject_of(engine("m", "openai"), {})->usd(1000, 0) > 0.01);
  CHECK(subject_of(engine("m", "vllm"), {})->usd(1000, 1000) == 0);
}

TEST_CASE("a prompt beyond the context is sent only where the context is known and not huge", "[health]") {
  auto facts = engine("Qwen/Qwen3");
  const auto plan = deep::context_limit_plan(facts, {});
  REQUIRE(plan);
  CHECK(plan->front().prompt_tokens > 32768);
  CHECK(plan->front().body.size() < 100'000);
  facts.replies["{api}/models"] = healthy::reply(200, R"({"data":[{"id":"Qwen/Qwen3","max_model_len":1000000}]})");
  CHECK(deep::context_limit_plan(facts, {}).error().code == "not_applicable");
  facts.replies["{api}/models"] = healthy::reply(200, R"({"data":[{"id":"Qwen/Qwen3"}]})");
  CHECK(deep::context_limit_plan(facts, {}).error().code == "not_applicable");
}

TEST_CASE("a question is bound by a token for each byte, and by what tools, schemas and images cost besides",
          "[health]") {
  const auto facts = engine("Qwen/Qwen3-VL-30B-Instruct");
  const auto chat = deep::chat_plan(facts, {});
  REQUIRE(chat);
  constexpr std::string_view text = "Reply with exactly: pong";
  CHECK(chat->front().prompt_tokens >= static_cast<std::int64_t>(text.size()));
  const auto tools = deep::tools_plan(facts, {});
  REQUIRE(tools);
  const auto& body = tools->front().body;
  CHECK(tools->front().prompt_tokens >= static_cast<std::int64_t>(body.size() - body.find("\"tools\"")) + 530);
  const auto vision = deep::vision_plan(facts, {});
  REQUIRE(vision);
  CHECK(vision->front().prompt_tokens >= 8500);
  const auto beyond = deep::context_limit_plan(engine("Qwen/Qwen3"), {});
  REQUIRE(beyond);
  CHECK(beyond->front().prompt_tokens >= 2 * 32768);
}

TEST_CASE("every request of the checks is JSON", "[health]") {
  auto facts = engine("Qwen/Qwen3-VL-Coder-\"quoted\"");
  for (const auto& check : checks()) {
    if (check.plan == nullptr) continue;
    CAPTURE(check.id);
    const auto plan = check.plan(facts, {});
    if (!plan) continue;
    for (const auto& question : *plan) {
      if (!question.body.empty()) CHECK(llmgw::json::parse(question.body));
    }
  }
}

TEST_CASE("no number of tokens that a server tells pays back or overflows", "[health]") {
  Spent spent;
  Exchange exchange;
  exchange.question.prompt_tokens = 20;
  exchange.question.completion_tokens = 16;
  exchange.reply.status = 200;
  for (const auto* usage :
       {R"({"usage":{"prompt_tokens":-500,"completion_tokens":-1}})",
        R"({"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}})",
        R"({"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}})",
        R"({"usage":{}})"}) {
    exchange.reply.body = usage;
    count_usage(exchange, spent);
  }
  CHECK(spent.requests == 4);
  CHECK(spent.prompt_tokens == 2 * llmgw::ir::most_tokens + 20);
  CHECK(spent.completion_tokens == 2 * llmgw::ir::most_tokens + 16);
}

Spent cost_of(const Exchange& exchange) {
  Spent spent;
  count_usage(exchange, spent);
  return spent;
}

TEST_CASE("a request that may have been worked on is booked at its bound", "[health]") {
  Exchange exchange;
  exchange.question.prompt_tokens = 20;
  exchange.question.completion_tokens = 16;
  exchange.reply.status = GENERATE(0, 200, 408, 499, 500, 502, 503, 504);
  if (exchange.reply.status == 0) exchange.reply.error = llmgw::fail(llmgw::Errc::timeout, "no answer came").error();
  CAPTURE(exchange.reply.status);
  CHECK(cost_of(exchange).requests == 1);
  CHECK(cost_of(exchange).prompt_tokens == 20);
  CHECK(cost_of(exchange).completion_tokens == 16);
}

TEST_CASE("a request that was refused or never got there costs nothing", "[health]") {
  Exchange exchange;
  exchange.question.prompt_tokens = 20;
  exchange.question.completion_tokens = 16;
  exchange.reply.status = GENERATE(400, 401, 403, 404, 422, 429);
  CHECK(cost_of(exchange).requests == 1);
  CHECK(cost_of(exchange).prompt_tokens == 0);
  exchange.reply.status = 0;
  exchange.unsent = true;
  CHECK(cost_of(exchange).requests == 0);
  CHECK(cost_of(exchange).prompt_tokens == 0);
}

}  // namespace health_subject_test
