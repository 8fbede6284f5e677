#include <catch2/catch_test_macros.hpp>

#include "../program.h"

namespace serve_test {

program::Ran serve(std::vector<std::string> args, llmgw::FixedEnv::Variables variables = {}) {
  args.insert(args.begin(), "serve");
  variables.try_emplace("LLMGW_TOKEN", "t");
  return program::run(args, {.variables = std::move(variables)});
}

}  // namespace serve_test

using serve_test::serve;

TEST_CASE("serve checks what it was told and exits", "[cli]") {
  const auto ran = serve({"--check", "--upstream", "http://127.0.0.1:1", "--model", "a=b", "--alias", "c=d",
                          "--threads", "2", "--strict", "--auth", "none", "--upstream-key", "client"});
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
}

TEST_CASE("serve refuses what contradicts itself or is wrong", "[cli]") {
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1", "--config", "x.toml"}).code == 2);
  CHECK(serve({"--check", "--upstream", "nonsense"}).code == 2);
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1", "--provider", "opnai"}).code == 3);
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1", "--upstream-key-env", "UNSET"}).code == 3);
  CHECK(serve({"--check", "--config", "/nonexistent/llmgw.toml"}).code == 3);
  CHECK(serve({"--check", "--threads", "0", "--upstream", "http://127.0.0.1:1"}).code == 2);
}

TEST_CASE("a wrong flag of serve is a usage error that names the flag", "[cli]") {
  for (const auto& [flag, value] : {std::pair("--listen", "4000"), std::pair("--listen", "localhost:70000"),
                                    std::pair("--port", "70000"), std::pair("--threads", "257")}) {
    const auto ran = serve({"--check", "--upstream", "http://127.0.0.1:1", flag, value});
    CHECK(ran.code == 2);
    CHECK(ran.err.starts_with(std::string("llmgw: error: ") + flag + ": "));
  }
}

TEST_CASE("LLMGW_CONFIG does not contradict --upstream", "[cli]") {
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1"}, {{"LLMGW_CONFIG", "/nonexistent"}}).code == 0);
  CHECK(serve({"--check"}, {{"LLMGW_CONFIG", "/nonexistent"}}).code == 3);
}
