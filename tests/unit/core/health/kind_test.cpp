#include "core/health/kind.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>
#include <string_view>

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

}  // namespace health_kind_test
