#include <catch2/catch_test_macros.hpp>

#include "../program.h"

namespace env_test {

program::Ran env(std::vector<std::string> args, bool terminal = false, std::string key = "it's") {
  args.insert(args.begin(), {"env", "--config", "none"});
  return program::run(args, {.variables = {{"LLMGW_TOKEN", std::move(key)}}, .terminal = terminal});
}

}  // namespace env_test

using env_test::env;

TEST_CASE("env points OpenAI and Anthropic programs at the local proxy", "[cli]") {
  CHECK(env({}, false, "t").out ==
        "export OPENAI_BASE_URL='http://127.0.0.1:4000/v1'\n"
        "export OPENAI_API_KEY='t'\n"
        "export ANTHROPIC_BASE_URL='http://127.0.0.1:4000'\n"
        "export ANTHROPIC_API_KEY='t'\n");
  CHECK(env({"--for", "claude"}, false, "t").out ==
        "export ANTHROPIC_BASE_URL='http://127.0.0.1:4000'\n"
        "export ANTHROPIC_AUTH_TOKEN='t'\n");
}

TEST_CASE("env quotes for each shell", "[cli]") {
  CHECK(env({"--for", "openai"}).out.contains("OPENAI_API_KEY='it'\\''s'\n"));
  CHECK(env({"--for", "openai", "--shell", "fish"}).out.contains("set -gx OPENAI_API_KEY 'it\\'s'\n"));
  CHECK(env({"--for", "openai", "--shell", "powershell"}).out.contains("$env:OPENAI_API_KEY = 'it''s'\n"));
}

TEST_CASE("env does not show the key on a terminal", "[cli]") {
  const auto ran = env({}, true, "topsecret");
  CHECK_FALSE(ran.out.contains("topsecret"));
  CHECK_FALSE(ran.err.contains("topsecret"));
  CHECK(ran.out.contains("(hidden)"));
}

TEST_CASE("a key goes to a named server only when it was named too", "[cli]") {
  const auto ran = env({"--base-url", "https://elsewhere.example"}, false, "local-token");
  CHECK_FALSE(ran.out.contains("local-token"));
  CHECK(ran.out.contains("OPENAI_BASE_URL='https://elsewhere.example/v1'"));
}
