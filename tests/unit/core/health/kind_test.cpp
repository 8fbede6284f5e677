#include "core/health/kind.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>
#include <string_view>

#include "core/health/check.h"
#include "core/providers/provider.h"
#include "healthy.h"

namespace health_kind_test {

using namespace llmgw::health;

Identified told_by(std::string_view path, std::string_view body, int status = 200) {
  Facts facts;
  facts.replies[std::string(path)] = healthy::reply(status, body);
  if (path == "/metrics") facts.page = healthy::page(body);
  return identify(facts);
}

TEST_CASE("each kind is told by its own answer", "[health]") {
  const auto [kind, path, body] = GENERATE(table<std::string_view, std::string_view, std::string_view>({
      {"llmgw", "/metrics", "llmgw_build_info{version=\"1\"} 1\n"},
      {"litellm", "/health/liveliness", "\"I'm alive!\""},
      {"litellm", "/health/readiness", R"({"status":"connected","litellm_version":"1.2"})"},
      {"deltallm", "/health", R"({"liveliness":"ok","readiness":{"status":"ok","checks":{"redis":true}}})"},
      {"dgx", "/readyz", "litellm: ok 3ms\nvllm: unreachable\n"},
      {"vllm", "/metrics", "vllm:num_requests_running 0\n"},
      {"sglang", "/metrics", "sglang:num_running_reqs 0\n"},
      {"tei", "/info", R"({"model_id":"bge","model_type":{"embedding":{}}})"},
      {"tgi", "/info", R"({"model_id":"llama","max_total_tokens":4096})"},
      {"llamacpp", "/props", R"({"default_generation_settings":{},"total_slots":1})"},
      {"ollama", "/", "Ollama is running"},
      {"lmstudio", "/api/v1/models", R"({"models":[]})"},
      {"oip", "/v2", R"({"name":"triton","version":"2.50","extensions":[]})"},
      {"openai_compatible", "{api}/models", R"({"data":[]})"},
  }));
  CAPTURE(kind, path);
  REQUIRE(told_by(path, body).kind);
  CHECK(told_by(path, body).kind->name == kind);
}

TEST_CASE("a llama.cpp server that loads its model is known by what it says", "[health]") {
  const auto found = told_by("/health", R"({"error":{"code":503,"message":"Loading model"}})", 503);
  REQUIRE(found.kind);
  CHECK(found.kind->name == "llamacpp");
}

TEST_CASE("a llama.cpp server that keeps everything behind its key is known by its name in the head", "[health]") {
  Facts facts;
  facts.replies["/health"] = healthy::reply(200, R"({"status":"ok"})");
  facts.replies["/health"].headers.set("server", "llama.cpp");
  for (const auto* path : {"/props", "/metrics", "{api}/models"}) facts.replies[path] = healthy::reply(401, "{}");
  CHECK(identify(facts).kind == find_kind("llamacpp"));
  CHECK(identify(facts).confidence == Confidence::high);
}

TEST_CASE("a server that refuses its list of models for want of a key has one", "[health]") {
  const auto status = GENERATE(401, 403);
  const auto found = told_by("{api}/models", R"({"error":"no key"})", status);
  CHECK(found.kind == find_kind("openai_compatible"));
  CHECK(found.confidence == Confidence::low);
  CHECK(told_by("{api}/models", "<html>", 404).kind == nullptr);
}

TEST_CASE("llmgw is not taken for the gateway whose paths it answers", "[health]") {
  Facts facts;
  facts.replies["/health/liveliness"] = healthy::reply(200, "\"I'm alive!\"");
  facts.page = healthy::page("llmgw_build_info{version=\"1\"} 1\n");
  CHECK(identify(facts).kind->name == "llmgw");
}

TEST_CASE("answers that fit nothing identify nothing", "[health]") {
  CHECK(identify(Facts()).kind == nullptr);
  CHECK(told_by("/version", "<html>").kind == nullptr);
  CHECK(told_by("/version", R"({"version":"1"})", 500).kind == nullptr);
  CHECK(told_by("/version", R"({"version":"1"})").confidence == Confidence::low);
}

TEST_CASE("every kind that a configuration may name can be checked, and the other way round", "[health]") {
  std::set<std::string_view> checked;
  for (const auto& kind : kinds()) checked.insert(kind.name);
  const auto names = llmgw::provider::kind_names();
  CHECK(checked == std::set<std::string_view>(names.begin(), names.end()));
}

TEST_CASE("kinds have names of their own, and fingerprints ask each path once", "[health]") {
  std::set<std::string_view> names;
  for (const auto& kind : kinds()) CHECK(names.insert(kind.name).second);
  std::set<std::string_view> paths;
  for (const auto path : fingerprint_paths()) CHECK(paths.insert(path).second);
  const auto missing = require_kind("vlm");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == llmgw::Errc::usage);
  CHECK(missing.error().message.contains("did you mean vllm?"));
}

/// What the check comes to over these facts.
Finding verdict(const Facts& facts, std::string_view check) {
  const Expectations expectations;
  return Verdicts(facts, expectations).of(*find_check(check)).finding;
}

TEST_CASE("LiteLLM's version and debug flag are taken from its page behind the key where it has one", "[health]") {
  auto facts = healthy::litellm();
  facts.replies["/health/readiness"] = healthy::reply(200, R"({"status":"healthy","db":"connected"})");
  facts.replies["/health/readiness/details"] =
      healthy::reply(200, R"({"litellm_version":"1.106.2","is_detailed_debug":true})");
  CHECK(verdict(facts, "version").message == "1.106.2");
  CHECK(verdict(facts, "ready").code == "debug_mode");
}

TEST_CASE("a gateway whose first backend is down still serves through the others", "[health]") {
  auto facts = healthy::litellm();
  facts.kind = find_kind("dgx");
  facts.replies["/readyz"] = healthy::reply(200, "litellm: ok\nvllm: unreachable\n");
  CHECK(verdict(facts, "ready").state == State::warn);
  CHECK(verdict(facts, "ready").code == "dependency_down");
  facts.replies["/readyz"] = healthy::reply(503, "litellm: unreachable\n");
  CHECK(verdict(facts, "ready").state == State::crit);
}

Finding deltallm_budget(int status, std::string_view body) {
  auto facts = healthy::litellm();
  facts.kind = find_kind("deltallm");
  facts.replies["/health/liveliness"] = healthy::reply(200, "{}");
  facts.replies["/ui/api/keys?limit=500"] = healthy::reply(status, body);
  return verdict(facts, "budget");
}

TEST_CASE("DeltaLLM's budgets are those of the keys that an administrator sees, the tightest first", "[health]") {
  const auto finding = deltallm_budget(200, R"({"data":[
      {"key_name":"wide","spend":1,"max_budget":100,"expires":null},
      {"key_name":"tight","spend":9,"max_budget":10,"expires":"2026-11-20T00:53:20Z"},
      {"key_name":"free","spend":5,"max_budget":null}],"pagination":{"total":3}})");
  CHECK(finding.state == State::warn);
  CHECK(finding.message == "tight: $1.00 of $10.00 left");
  REQUIRE(finding.figure("days") != nullptr);
  CHECK(finding.figure("days")->value == 365);
  CHECK(deltallm_budget(403, "{}").state == State::skipped);
  CHECK(deltallm_budget(500, "{}").code == "budget_unreadable");
}

TEST_CASE("that somebody else's key is spent is a warning, that the own one is, a failure", "[health]") {
  const auto spent = deltallm_budget(200, R"({"data":[{"key_name":"a","spend":10,"max_budget":10},{"key_name":"b"}]})");
  CHECK(spent.state == State::warn);
  CHECK(spent.code == "budget_spent");
  CHECK(deltallm_budget(200, R"({"data":[{"key_name":"a","spend":0,"max_budget":0}]})").code == "budget_spent");
  auto own = healthy::litellm();
  own.replies["/key/info"].body = R"({"info":{"spend":0,"max_budget":0}})";
  CHECK(verdict(own, "budget").state == State::crit);
}

TEST_CASE("a key that has ended is told though its budget lasts", "[health]") {
  const auto finding =
      deltallm_budget(200, R"({"data":[{"spend":0,"max_budget":10,"expires":"2025-11-01T00:00:00"}]})");
  CHECK(finding.code == "key_ends");
  CHECK(finding.message == "the key has ended");
}

}  // namespace health_kind_test
