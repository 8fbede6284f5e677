#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <map>

#include "support/fixtures.h"

using namespace llmgw;

namespace answer_fixtures {

const std::vector<std::string> families{
    "openai-chat",  "anthropic", "vllm",   "deepseek", "llama-cpp", "sse-edge",       "clients",  "openrouter",
    "groq",         "mistral",   "xai",    "moonshot", "qwen",      "perplexity",     "lmstudio", "huggingface",
    "other-compat", "azure",     "ollama", "gemini",   "bedrock",   "bedrock-invoke", "paired",
};

// Two answers stored one behind the other in one file; nothing counts after the first one's end mark.
const std::string two_answers = "anthropic/anthropic-tool-search-regex.1/response.sse";

struct Count {
  int passed = 0;
  int failed = 0;
};

}  // namespace answer_fixtures

TEST_CASE("recorded answers decode to their outcome however the bytes are cut", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded answers beside the repository");
  std::map<std::string, answer_fixtures::Count> counts;
  for (const auto& answer : fixtures::answers(answer_fixtures::families)) {
    if (answer.name == answer_fixtures::two_answers) continue;
    auto& count = counts[answer.family];
    std::string wrong;
    for (const auto cut : {fixtures::Cut::whole, fixtures::Cut::bytes, fixtures::Cut::random}) {
      wrong = fixtures::difference(answer.expected, fixtures::collect(fixtures::decode(answer, cut, 7)));
      if (!wrong.empty()) break;
    }
    ++(wrong.empty() ? count.passed : count.failed);
    INFO(answer.name);
    INFO(wrong);
    CHECK(wrong.empty());
  }
  for (const auto& [family, count] : counts) {
    std::printf("fixtures %-16s %3d passed %d failed\n", family.c_str(), count.passed, count.failed);
  }
  CHECK(counts.size() > 10);
}
