#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "../../fake_room.h"
#include "../../program.h"
#include "core/base/files.h"
#include "core/doctor/check.h"
#include "core/json/view.h"

namespace doctor_test {

using namespace llmgw;

/// A home of its own, and servers that answer as the room says.
class Bench {
 public:
  Bench() {
    home_ = (std::filesystem::temp_directory_path() / "llmgw-XXXXXX").string();
    REQUIRE(::mkdtemp(home_.data()) != nullptr);
    around.variables = {{"HOME", home_}};
    around.run_client = [this](const net::ClientWork& work) { return room.run(work); };
  }
  ~Bench() { std::filesystem::remove_all(home_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void write(const std::string& path, std::string_view text, FileMode mode = FileMode::owner_only) {
    REQUIRE(write_file(home_ + "/" + path, text, mode));
  }
  /// The configuration that the program finds.
  void configure(std::string_view text, FileMode mode = FileMode::owner_only) {
    write(".config/llmgw/llmgw.toml", text, mode);
  }
  program::Ran run(std::vector<std::string> args) {
    args.insert(args.begin(), "doctor");
    return program::run(args, around);
  }
  [[nodiscard]] const std::string& home() const { return home_; }

  fake::Room room;
  program::Surroundings around;

 private:
  std::string home_;
};

/// The state of the first finding of a check.
std::string state_of(const program::Ran& ran, std::string_view check) {
  const auto page = json::parse(ran.out);
  REQUIRE(page);
  for (const auto finding : (*page)["findings"].elements()) {
    if (finding["check"].equals(check)) return finding["state"].string().value_or("");
  }
  return "missing";
}

TEST_CASE("doctor asks the servers of profiles and models once each, without a credential", "[cli]") {
  Bench bench;
  bench.configure(R"(
[profiles.a]
base_url = "http://127.0.0.1:9001/v1"
api_key = "sk-test-profile"
[profiles.b]
base_url = "http://127.0.0.1:9001"
[[model]]
name = "m"
[model.params]
api_base = "http://127.0.0.1:9002"
api_key = "sk-test-model"
)");
  bench.room.replies = {{.status = 404}, {.refused = fail(Errc::network, "connection refused").error()}};
  const auto ran = bench.run({"-o", "json"});
  CHECK(ran.code == 10);
  REQUIRE(bench.room.requests.size() == 2);
  for (const auto& request : bench.room.requests) {
    CHECK(request.message.method == "HEAD");
    CHECK_FALSE(request.message.headers.contains("authorization"));
    CHECK_FALSE(request.message.headers.contains("x-api-key"));
  }
  CHECK(state_of(ran, "network.reach") == "ok");
  CHECK(ran.out.contains("connection refused (model m)"));
  CHECK_FALSE(ran.out.contains("sk-test"));
}

TEST_CASE("doctor contacts nobody with --offline", "[cli]") {
  Bench bench;
  bench.configure("[profiles.a]\nbase_url = \"http://name.invalid:9001/v1\"\n");
  const auto ran = bench.run({"--offline", "--json"});
  CHECK(bench.room.requests.empty());
  CHECK(state_of(ran, "network.dns") == "skipped");
  CHECK(state_of(ran, "network.reach") == "skipped");
}

TEST_CASE("doctor tells a configuration that is wrong, and one that others can read keys in", "[cli]") {
  Bench bench;
  bench.configure("[server]\nlisten = 4000\n");
  const auto wrong = bench.run({"--offline", "--json"});
  CHECK(wrong.code == 10);
  CHECK(state_of(wrong, "config.file") == "crit");
  CHECK(wrong.out.contains("llmgw.toml:2:"));
  bench.configure("[profiles.a]\nbase_url = \"http://127.0.0.1:1\"\napi_key = \"sk-test-1\"\n", FileMode::shared);
  const auto open = bench.run({"--offline", "--json"});
  CHECK(state_of(open, "credentials.modes") == "crit");
  CHECK(open.out.contains("chmod 600 ~/.config/llmgw/llmgw.toml"));
  bench.configure("[profiles.a]\nbase_url = \"http://127.0.0.1:1\"\napi_key = \"os.environ/KEY\"\n", FileMode::shared);
  CHECK(state_of(bench.run({"--offline", "--json"}), "credentials.modes") == "ok");
}

TEST_CASE("doctor compares the clock with the servers' Date", "[cli]") {
  Bench bench;
  bench.configure("[profiles.a]\nbase_url = \"http://127.0.0.1:9001/v1\"\n");
  bench.room.replies = {{.status = 200, .headers = {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}}}};
  const auto ran = bench.run({"--json"});
  CHECK(state_of(ran, "machine.clock") == "crit");
}

TEST_CASE("doctor for a client reads its files and writes none", "[cli]") {
  Bench bench;
  bench.write(".local/state/llmgw/token", "llmgw-the-token\n");
  bench.write(".codex/config.toml",
              "model_provider = \"x\"\n[model_providers.x]\nbase_url = \"http://127.0.0.1:4000/v1\"\nenv_key = \"X\"\n"
              "wire_api = \"chat\"\n");
  bench.around.variables["X"] = "not-the-token-at-all";
  const auto ran = bench.run({"codex", "--offline", "-o", "jsonl"});
  CHECK(ran.code == 10);
  CHECK(ran.out.contains("\"check\":\"client.codex\""));
  CHECK(ran.out.contains("takes \\\"responses\\\" alone"));
  CHECK_FALSE(ran.out.contains("not-the-token"));
  CHECK_FALSE(ran.out.contains("llmgw-the-token"));
  CHECK(bench.run({"--offline", "-o", "jsonl"}).out.contains("client.") == false);
  CHECK(bench.run({"emacs"}).code == 2);
}

TEST_CASE("doctor takes exactly the clients that have checks", "[cli]") {
  Bench bench;
  for (const auto client : doctor::clients()) {
    CAPTURE(client);
    CHECK(bench.run({std::string(client), "--offline", "-o", "jsonl"}).out.contains("client." + std::string(client)));
  }
  CHECK(bench.run({"claud", "--offline"}).code == 2);
}

TEST_CASE("the report of doctor names variables without the values of secret ones", "[cli][req-29]") {
  Bench bench;
  bench.around.variables["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1/v1";
  bench.around.variables["ANTHROPIC_AUTH_TOKEN"] = "very-secret-value";
  bench.around.variables["http_proxy"] = "http://me:proxy-password@proxy.example:3128";
  const auto ran = bench.run({"claude", "--offline", "--report", "-"});
  CHECK(ran.out.starts_with("# llmgw doctor claude\n"));
  CHECK(ran.out.contains("- ANTHROPIC_BASE_URL = http://127.0.0.1:1/v1\n"));
  CHECK(ran.out.contains("- ANTHROPIC_AUTH_TOKEN\n"));
  CHECK_FALSE(ran.out.contains("very-secret"));
  CHECK_FALSE(ran.out.contains("proxy-password"));
  CHECK_FALSE(ran.out.contains(bench.home()));

  const auto path = bench.home() + "/report.md";
  const auto both = bench.run({"claude", "--offline", "--report", path});
  CHECK(both.out.contains("client.claude"));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(read_file(path)->starts_with("# llmgw doctor claude\n"));
}

TEST_CASE("the table of doctor fits the terminal and ends with a count", "[cli]") {
  Bench bench;
  const auto ran = bench.run({"--offline"});
  std::string_view rest = ran.out;
  std::string last;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    // A path without a blank cannot be broken.
    if (line.find('/') == std::string_view::npos) CHECK(line.size() <= 80);
    last = line;
  }
  CHECK(last.ends_with(" ok"));
}

TEST_CASE("--fail-on crit lets warnings pass", "[cli]") {
  Bench bench;
  bench.configure(
      "[server]\nauth = \"none\"\n[[model]]\nname = \"m\"\nparams = { api_base = \"http://127.0.0.1:1\" }\n");
  CHECK(bench.run({"--offline"}).code == 10);
  const auto ran = bench.run({"--offline", "--fail-on", "crit", "--json"});
  CHECK(state_of(ran, "credentials.token") == "warn");
  CHECK((ran.code == 0 || ran.code == 12));
}

}  // namespace doctor_test
