#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "../program.h"
#include "core/base/files.h"
#include "proxy/startup.h"

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

TEST_CASE("--auth wins over the file, both ways", "[cli]") {
  const auto path = std::filesystem::temp_directory_path() / ("llmgw-serve-" + std::to_string(::getpid()) + ".toml");
  const llmgw::FixedEnv env;
  for (const bool open_file : {true, false}) {
    const std::string text = std::string("[server]\nauth = \"") + (open_file ? "none" : "token") + "\"\n";
    REQUIRE(llmgw::write_file(path.string(), text, llmgw::FileMode::owner_only));
    llmgw::proxy::ServeOptions options;
    options.config = path.string();
    options.auth_token = open_file;
    options.auth_none = !open_file;
    const auto config = llmgw::proxy::resolve_config(options, env);
    REQUIRE(config);
    CHECK(config->server.auth == (open_file ? llmgw::config::Auth::token : llmgw::config::Auth::none));
  }
  std::filesystem::remove(path);
}

TEST_CASE("flags that tell of an upstream need one", "[cli]") {
  const auto named = [](const program::Ran& ran, std::string_view flag) {
    return ran.code == 2 && ran.err.starts_with("llmgw: error: " + std::string(flag) + " needs --upstream");
  };
  const std::string file = "/nonexistent/llmgw.toml";
  CHECK(named(serve({"--check", "--config", file, "--provider", "vllm"}), "--provider"));
  CHECK(named(serve({"--check", "--config", file, "--upstream-key-env", "KEY"}), "--upstream-key-env"));
  CHECK(named(serve({"--check", "--config", file, "--upstream-key", "client"}), "--upstream-key"));
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1", "--upstream-key", "client", "--upstream-key-env", "KEY"},
              {{"KEY", "k"}})
            .code == 2);
}

TEST_CASE("LLMGW_CONFIG does not contradict --upstream", "[cli]") {
  CHECK(serve({"--check", "--upstream", "http://127.0.0.1:1"}, {{"LLMGW_CONFIG", "/nonexistent"}}).code == 0);
  CHECK(serve({"--check"}, {{"LLMGW_CONFIG", "/nonexistent"}}).code == 3);
}
