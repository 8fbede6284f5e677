#include "cli/client/target.h"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "../program.h"
#include "cli/parse.h"
#include "core/base/files.h"

namespace target_test {

using Variables = llmgw::FixedEnv::Variables;

/// The target of `llmgw ask` with these arguments and variables.
llmgw::cli::Step<llmgw::cli::Target> resolve(std::vector<std::string> args, const Variables& variables = {}) {
  args.insert(args.begin(), {"ask", "x"});
  const llmgw::FixedEnv env(variables);
  const auto invocation = llmgw::cli::parse_command_line(args, env);
  REQUIRE(invocation);
  llmgw::cli::StringOutput out;
  llmgw::cli::StringInput in("");
  const llmgw::SystemClock clock;
  const llmgw::cli::Context context{.out = out,
                                    .err = out,
                                    .in = in,
                                    .env = env,
                                    .clock = clock,
                                    .out_terminal = {},
                                    .err_terminal = {},
                                    .run_client = {},
                                    .make_editor = {}};
  return llmgw::cli::resolve_target(context, invocation->arguments);
}

/// A configuration file that goes with the test.
class File {
 public:
  explicit File(std::string_view text)
      : folder_((std::filesystem::temp_directory_path() / "llmgw-target-XXXXXX").string()) {
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    REQUIRE(llmgw::write_file(path(), text, llmgw::FileMode::shared));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/llmgw.toml"; }

 private:
  std::string folder_;
};

constexpr std::string_view profiles = R"(profile = "a"
[profiles.a]
base_url = "http://a.example/v1"
api_key = "key-a"
model = "model-a"
[profiles.b]
base_url = "https://b.example"
api_key_env = "KEY_B"
api = "messages"
[profiles.c]
kind = "llmgw"
base_url = "http://127.0.0.1:4000"
[profiles.d]
kind = "anthropic"
)";

}  // namespace target_test

using target_test::File;
using target_test::resolve;

TEST_CASE("without a profile the target is the local proxy with its token", "[cli]") {
  const auto target = resolve({"--config", "none"}, {{"LLMGW_TOKEN", "t"}});
  REQUIRE(target);
  CHECK(target->url == "http://127.0.0.1:4000/v1");
  CHECK(target->key.equals("t"));
}

TEST_CASE("the version segment is added where it is missing", "[cli]") {
  CHECK(resolve({"--base-url", "http://h:1"})->base_path == "/v1");
  CHECK(resolve({"--base-url", "http://h:1/v1/"})->base_path == "/v1");
  CHECK(resolve({"--base-url", "http://h:1/api/v4"})->base_path == "/api/v4");
  CHECK(resolve({"--base-url", "http://h:1/x"})->base_path == "/x/v1");
}

TEST_CASE("a profile counts by flag, variable, or the file's own choice", "[cli]") {
  const File file(target_test::profiles);
  const target_test::Variables env{{"LLMGW_CONFIG", file.path()}, {"KEY_B", "key-b"}};
  const auto chosen = resolve({}, env);
  REQUIRE(chosen);
  CHECK(chosen->url == "http://a.example/v1");
  CHECK(chosen->key.equals("key-a"));
  CHECK(chosen->model == "model-a");
  const auto flag = resolve({"-p", "b"}, env);
  REQUIRE(flag);
  CHECK(flag->url == "https://b.example/v1");
  CHECK(flag->key.equals("key-b"));
  CHECK(flag->dialect == &llmgw::dialect::anthropic_messages);
  auto more = env;
  more["LLMGW_PROFILE"] = "b";
  CHECK(resolve({}, more)->name == "b");
}

TEST_CASE("a profile's kind decides address and format; another llmgw is one of them", "[cli]") {
  const File file(target_test::profiles);
  const target_test::Variables env{{"LLMGW_CONFIG", file.path()}};
  const auto gateway = resolve({"-p", "c"}, env);
  REQUIRE(gateway);
  CHECK(gateway->url == "http://127.0.0.1:4000/v1");
  CHECK(gateway->dialect == &llmgw::dialect::openai_chat);
  const auto hosted = resolve({"-p", "d"}, env);
  REQUIRE(hosted);
  CHECK(hosted->url == "https://api.anthropic.com/v1");
  CHECK(hosted->dialect == &llmgw::dialect::anthropic_messages);
}

TEST_CASE("a named server never gets the key of a profile or of the local proxy", "[cli]") {
  const File file(target_test::profiles);
  const auto named = resolve({"--base-url", "http://c.example"}, {{"LLMGW_CONFIG", file.path()}, {"LLMGW_TOKEN", "t"}});
  REQUIRE(named);
  CHECK(named->key.empty());
  const auto keyed = resolve({"--base-url", "http://c.example"}, {{"LLMGW_API_KEY", "mine"}});
  CHECK(keyed->key.equals("mine"));
}

TEST_CASE("a flag sets the variable of its rival aside, two flags exclude each other", "[cli]") {
  const File file(target_test::profiles);
  target_test::Variables env{{"LLMGW_CONFIG", file.path()}, {"LLMGW_BASE_URL", "http://c.example"}};
  CHECK(resolve({}, env)->url == "http://c.example/v1");
  CHECK(resolve({"-p", "a"}, env)->url == "http://a.example/v1");
  CHECK(resolve({"-p", "a", "--base-url", "http://d.example"}, env).error().exit() == 2);
}

TEST_CASE("an unknown profile and an unset variable are configuration failures", "[cli]") {
  const File file(target_test::profiles);
  const target_test::Variables env{{"LLMGW_CONFIG", file.path()}};
  CHECK(resolve({"-p", "nope"}, env).error().exit() == 3);
  CHECK(resolve({"-p", "b"}, env).error().exit() == 3);
  CHECK(resolve({"-p", "x", "--config", "none"}).error().exit() == 3);
}

TEST_CASE("a key file is read, and an empty one is an authentication failure", "[cli]") {
  const File file(" key-1\n");
  CHECK(resolve({"--config", "none", "--api-key-file", file.path()})->key.equals("key-1"));
  const File empty("\n");
  CHECK(resolve({"--config", "none", "--api-key-file", empty.path()}).error().exit() == 4);
}

TEST_CASE("a key that cannot stand in a header is refused before anything is sent", "[cli]") {
  for (const std::string key : {"a\nX-Evil: 1", "a b", "a\x7f"}) {
    const auto refused = resolve({}, {{"LLMGW_API_KEY", key}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().exit() == 4);
    CHECK(refused.error().error.message == "the key of LLMGW_API_KEY holds white space or control characters");
  }
  const File file("one\ntwo\n");
  const auto refused = resolve({"--api-key-file", file.path()});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().error.message.starts_with("the key of " + file.path()));
}
