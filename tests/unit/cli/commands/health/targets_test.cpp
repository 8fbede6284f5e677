#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "../../program.h"
#include "core/base/files.h"
#include "support/path_server.h"

namespace health_targets_test {

using path_server::Server;

/// A configuration file in a folder of its own.
class Configured {
 public:
  explicit Configured(std::string_view text)
      : folder_((std::filesystem::temp_directory_path() / "llmgw-targets-XXXXXX").string()) {
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    REQUIRE(llmgw::write_file(file(), text, llmgw::FileMode::owner_only));
  }
  ~Configured() { std::filesystem::remove_all(folder_); }
  Configured(const Configured&) = delete;
  Configured& operator=(const Configured&) = delete;

  [[nodiscard]] std::string file() const { return folder_ + "/llmgw.toml"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

constexpr std::string_view fleet = R"(
[profiles.edge]
kind = "vllm"
base_url = "http://127.0.0.1:8001"
groups = ["lab", "small"]
[profiles.hosted]
kind = "openai"
api_key = "os.environ/OPENAI_KEY"
[[model]]
name = "big"
kind = "sglang"
groups = "lab"
metrics_url = "http://127.0.0.1:9000/prom"
[model.params]
provider = "openai_compatible"
model = "Qwen/Big"
api_base = "http://127.0.0.1:8002"
api_key = "sk-upstream-key"
auth_header_name = "x-access"
auth_header_format = "Token {api_key}"
)";

program::Ran health(Server& server, const std::string& file, std::vector<std::string> args,
                    llmgw::FixedEnv::Variables variables = {}) {
  args.insert(args.begin(), {"health", "--config", file, "--level", "0", "-o", "json", "--sample", "0"});
  program::Surroundings around;
  around.variables = std::move(variables);
  around.run_client = [&server](const llmgw::net::ClientWork& work) { return server.work(work); };
  return program::run(args, around);
}

std::vector<int> ports(const Server& server) {
  std::vector<int> found;
  for (const auto& request : server.requests) found.push_back(request.endpoint->port);
  std::ranges::sort(found);
  return found;
}

TEST_CASE("a target is a profile, or else a model, whose upstream is checked", "[cli]") {
  const Configured configured(fleet);
  Server server;
  CHECK(health(server, configured.file(), {"edge"}).out.contains(R"("name":"edge")"));
  CHECK(ports(server) == std::vector{8001});
  const auto model = health(server, configured.file(), {"big"});
  CHECK(model.out.contains(R"("name":"big")"));
  CHECK(model.out.contains(R"("url":"http://127.0.0.1:8002/v1")"));
  CHECK(ports(server) == std::vector{8001, 8002});
}

TEST_CASE("a model is checked with its key in its own header, and its metrics page without it", "[cli]") {
  const Configured configured(fleet);
  Server server;
  server.replies["/prom"] = {path_server::answer(200, "sglang:num_running_reqs 1\n")};
  static_cast<void>(health(server, configured.file(), {"big", "--level", "2"}));
  const auto page = std::ranges::find(server.requests, "/prom", [](const auto& each) { return each.message.target; });
  REQUIRE(page != server.requests.end());
  CHECK(page->endpoint->port == 9000);
  CHECK_FALSE(page->message.headers.contains("x-access"));
  CHECK(server.count("/metrics") == 0);
  CHECK(server.requests.front().message.headers.get("x-access") == "Token sk-upstream-key");
}

TEST_CASE("a server behind a unix socket is asked on that socket", "[cli]") {
  Server server;
  static_cast<void>(health(server, "none", {"vllm+unix:/run/engine.sock", "--level", "2"}));
  REQUIRE_FALSE(server.requests.empty());
  for (const auto& request : server.requests) CHECK(request.endpoint->unix_path == "/run/engine.sock");
  CHECK(server.count("/health") == 1);
  CHECK(server.count("/v1/models") == 1);
}

TEST_CASE("a group is all profiles and models that belong to it", "[cli]") {
  const Configured configured(fleet);
  Server server;
  CHECK(health(server, configured.file(), {"@lab"}).code == 0);
  CHECK(ports(server) == std::vector{8001, 8002});
  CHECK(health(server, configured.file(), {"--group", "small"}).code == 0);
  CHECK(ports(server) == std::vector{8001, 8001, 8002});
  const auto wrong = health(server, configured.file(), {"@labs"});
  CHECK(wrong.code == 3);
  CHECK(wrong.err.contains("did you mean @lab?"));
}

TEST_CASE("all is every profile and every upstream, none of which gets a key that was named for the run", "[cli]") {
  const Configured configured(fleet);
  Server server;
  const auto ran = health(server, configured.file(), {"--all"},
                          {{"OPENAI_KEY", "sk-openai-key"}, {"LLMGW_API_KEY", "sk-of-the-run"}});
  CHECK(ran.code == 0);
  CHECK(ports(server) == std::vector{443, 8001, 8002});
  for (const auto& request : server.requests) {
    CHECK_FALSE(request.message.headers.get("authorization").value_or("").contains("sk-of-the-run"));
  }
  CHECK(health(server, configured.file(), {"--all", "edge"}).code == 2);
}

TEST_CASE("a key whose variable is not set keeps no other target from being checked", "[cli]") {
  const Configured configured(std::string(fleet) +
                              "[[model]]\nname = \"m\"\n[model.params]\nprovider = \"openai\"\napi_key = \"${K}\"\n");
  const auto words = GENERATE(std::vector<std::string>{"--all"}, std::vector<std::string>{"edge", "hosted", "big", "m"},
                              std::vector<std::string>{"m", "big", "hosted", "edge", "--checks", "tcp"});
  CAPTURE(words);
  Server server;
  const auto ran = health(server, configured.file(), words);
  CHECK(ran.code == 12);
  CHECK(ports(server) == std::vector{8001, 8002});
  CHECK(ran.out.contains(
      R"("code":"variable_unset","message":"profile \"hosted\": the environment variable OPENAI_KEY)"));
  CHECK(ran.out.contains(R"(model \"m\": the environment variable in api_key (${K}) is not set or empty)"));
  auto table = words;
  table.insert(table.end(), {"-o", "table"});
  CHECK(health(server, configured.file(), table).out.contains("try: set it where llmgw runs"));
}

TEST_CASE("a single target whose key's variable is not set is a wrong configuration", "[cli]") {
  const Configured configured(fleet);
  Server server;
  const auto ran = health(server, configured.file(), {"hosted"});
  CHECK(ran.code == 3);
  CHECK(ran.err.contains("OPENAI_KEY is not set"));
  const Configured model("[[model]]\nname = \"m\"\n[model.params]\nprovider = \"openai\"\napi_key = \"${K}\"\n");
  const auto missing = health(server, model.file(), {"m"});
  CHECK(missing.code == 3);
  CHECK(missing.err.contains("llmgw.toml:5:1: model"));
  CHECK(missing.err.contains("the environment variable in api_key (${K}) is not set"));
  CHECK(server.requests.empty());
}

TEST_CASE("a name that nothing has is refused with the nearest one, and an address without http:// with the right one",
          "[cli]") {
  const Configured configured(fleet);
  Server server;
  const auto near = health(server, configured.file(), {"bigg"});
  CHECK(near.code == 3);
  CHECK(near.err.contains("there is no profile and no model"));
  CHECK(near.err.contains("did you mean big?"));
  CHECK(health(server, "none", {"127.0.0.1:8000"}).err.contains("write http://127.0.0.1:8000"));
}

TEST_CASE("without a target the gateway that runs here is checked with the upstreams of its configuration", "[cli]") {
  const Configured configured(fleet);
  Server server;
  const auto folder = configured.folder() + "/llmgw";
  REQUIRE(llmgw::make_folder(folder));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = folder + "/serve-4100.sock";
  REQUIRE(path.size() < sizeof(address.sun_path));
  std::ranges::copy(path, std::begin(address.sun_path));
  REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  server.replies["/llmgw/status"] = {
      path_server::answer(200, R"({"version":"1","pid":1,"listeners":["http://127.0.0.1:4100"],"config":{"file":")" +
                                   configured.file() + "\"}}")};
  const auto ran =
      health(server, "none", {}, {{"XDG_RUNTIME_DIR", configured.folder()}, {"LLMGW_TOKEN", "token-of-it"}});
  ::close(descriptor);
  CHECK(ran.err.empty());
  CHECK(ran.code == 0);
  CHECK(ports(server) == std::vector{0, 4100, 8002});
  const auto gateway =
      std::ranges::find(server.requests, 4100, [](const auto& each) { return int{each.endpoint->port}; });
  CHECK(gateway->message.headers.get("authorization") == "Bearer token-of-it");
}

}  // namespace health_targets_test
