#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/json/view.h"
#include "core/status/control_socket.h"
#include "core/status/journal.h"
#include "core/status/status.h"

namespace status_test {

using namespace llmgw;

std::vector<status::UpstreamRow> upstreams() {
  return {{.name = "vllm@gpu:8000",
           .models = {"fast", "*"},
           .state = "degraded",
           .kind = "vllm",
           .version = "0.24.1",
           .code = "kv_high",
           .message = "91% in use",
           .latency_ms = 3.5,
           .context = 32'768,
           .running = 4,
           .waiting = 0,
           .kv = 0.91,
           .checked_unix_s = 1'763'600'050,
           .since_unix_s = 1'763'600'010},
          {.name = "x@y", .state = "unknown"}};
}

status::ServeStatus example() {
  status::ServeStatus given;
  given.version = "1.2.3";
  given.pid = 42;
  given.started_unix_s = 1'763'600'000;
  given.now_unix_s = 1'763'600'060;
  given.state = "ready";
  given.config_file = "/etc/llmgw/llmgw.toml";
  given.config_mtime_unix_s = 1'763'599'000;
  given.config_loaded_unix_s = 1'763'600'000;
  given.control = "/run/llmgw/serve-4000.sock";
  given.listeners = {"http://127.0.0.1:4000", "unix:/run/x.sock"};
  given.token_required = false;
  given.workers = 2;
  given.in_flight = 3;
  given.connections = 4;
  given.slow_ms = 10'000;
  given.counters = {.requests = 9,
                    .failed = 1,
                    .client_left = 2,
                    .upstream_attempts = 8,
                    .retries = 1,
                    .input_tokens = 100,
                    .output_tokens = 50,
                    .reloads = 1,
                    .reloads_refused = 1};
  given.models = {{"fast", "qwen3", "openai_compatible", "openai_compatible@127.0.0.1:8000"}, {"*", "", "x", "x@y"}};
  given.upstreams = upstreams();
  given.launches = {{"night", "Qwen/Qwen3", {{"engine", "vllm 0.24.1"}, {"context", "32768"}}}, {"bare", "m", {}}};
  given.recent = {{.unix_s = 1,
                   .id = "r\"1",
                   .method = "POST",
                   .path = "/v1/messages",
                   .model = "fast",
                   .upstream = "u",
                   .status = 502,
                   .ms = 12.5,
                   .ttft_ms = std::nullopt,
                   .outcome = "network",
                   .message = "connection refused"},
                  {.unix_s = 2,
                   .id = "r2",
                   .method = "POST",
                   .path = "/v1/messages",
                   .model = "",
                   .upstream = "",
                   .status = 200,
                   .ms = 20'000,
                   .ttft_ms = 3.25,
                   .stall_ms = 11'000,
                   .outcome = "",
                   .message = ""}};
  return given;
}

TEST_CASE("a status reads back as it was written", "[status]") {
  const auto given = example();
  const auto text = status::encode(given);
  CHECK(text.ends_with("}\n"));
  const auto read = status::decode(text);
  REQUIRE(read);
  CHECK(*read == given);
}

TEST_CASE("a status without a configuration file says null", "[status]") {
  auto given = example();
  given.config_file.clear();
  given.config_mtime_unix_s = given.config_loaded_unix_s = 0;
  const auto text = status::encode(given);
  CHECK((*json::parse(text))["config"].kind() == json::Kind::null);
  CHECK(*status::decode(text) == given);
}

TEST_CASE("a status of another version is read as far as it goes", "[status]") {
  const auto read = status::decode(R"({"version":"9.0","pid":7,"novelty":{"a":[1]},"models":null})");
  REQUIRE(read);
  CHECK(read->version == "9.0");
  CHECK(read->pid == 7);
  CHECK(read->models.empty());
}

TEST_CASE("what is no status is an error", "[status]") {
  for (const auto* text : {"", "[]", "{}", "<html>", R"({"version":1,"pid":2})", R"({"version":"1"})"}) {
    CAPTURE(text);
    const auto read = status::decode(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::upstream_protocol);
  }
}

TEST_CASE("the journal keeps the newest requests first and no more than it says", "[status]") {
  status::Journal journal;
  for (std::size_t i = 0; i < status::most_recent + 5; ++i) journal.remember({.unix_s = static_cast<std::int64_t>(i)});
  const auto rows = journal.rows();
  REQUIRE(rows.size() == status::most_recent);
  CHECK(rows.front().unix_s == static_cast<std::int64_t>(status::most_recent) + 4);
  CHECK(rows.back().unix_s == 5);
}

TEST_CASE("control sockets lie in the runtime folder, else in the state folder", "[status]") {
  using Variables = FixedEnv::Variables;
  CHECK(*status::control_path(FixedEnv(Variables{{"XDG_RUNTIME_DIR", "/run/user/1"}, {"HOME", "/h"}}), 4000, 9) ==
        "/run/user/1/llmgw/serve-4000.sock");
  CHECK(*status::control_path(FixedEnv(Variables{{"XDG_RUNTIME_DIR", "relative"}, {"HOME", "/h"}}), 4000, 9) ==
        "/h/.local/state/llmgw/serve-4000.sock");
  CHECK(*status::control_path(FixedEnv(Variables{{"HOME", "/h"}}), 0, 9) == "/h/.local/state/llmgw/serve-pid-9.sock");
  CHECK_FALSE(status::control_path(FixedEnv(), 4000, 9));
}

TEST_CASE("only sockets of gateways are found", "[status]") {
  std::string base = (std::filesystem::temp_directory_path() / "llmgw-XXXXXX").string();
  REQUIRE(::mkdtemp(base.data()) != nullptr);
  const auto folder = base + "/llmgw";
  std::filesystem::create_directory(folder);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = folder + "/serve-4000.sock";
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  std::filesystem::create_directory(folder + "/serve-1.sock");  // a folder is no socket
  const FixedEnv env(FixedEnv::Variables{{"XDG_RUNTIME_DIR", base}});
  CHECK(status::find_control_sockets(env) == std::vector{path});
  CHECK(status::find_control_sockets(FixedEnv(FixedEnv::Variables{{"XDG_RUNTIME_DIR", base + "/none"}})).empty());
  ::close(fd);
  std::filesystem::remove_all(base);
}

}  // namespace status_test
