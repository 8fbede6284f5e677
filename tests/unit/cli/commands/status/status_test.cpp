#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "../../fake_room.h"
#include "../../program.h"
#include "cli/commands/status/screen.h"
#include "cli/term/columns.h"
#include "core/json/view.h"

namespace status_command_test {

using namespace llmgw;

status::ServeStatus example() {
  status::ServeStatus given;
  given.version = "1.2.3";
  given.pid = 42;
  given.state = "ready";
  given.started_unix_s = 1000;
  given.now_unix_s = 1000 + 3 * 3600 + 120;
  given.listeners = {"http://127.0.0.1:4000", "http://[::1]:4000"};
  given.workers = 2;
  given.in_flight = 3;
  given.slow_ms = 10'000;
  given.counters = {.requests = 12'345, .failed = 2, .input_tokens = 1'200'000};
  given.models = {{"fast", "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "vllm", "vllm@gpu-node-17.example:8000"},
                  {"*", "", "openai_compatible", "openai_compatible@127.0.0.1:8000"}};
  given.upstreams = {{.name = "vllm@gpu-node-17.example:8000",
                      .models = {"fast"},
                      .state = "degraded",
                      .kind = "vllm",
                      .version = "0.24.1",
                      .code = "kv_high",
                      .message = "91% in use",
                      .latency_ms = 3.5,
                      .context = 262'144,
                      .running = 64,
                      .waiting = 12,
                      .kv = 0.91,
                      .checked_unix_s = 1000,
                      .since_unix_s = 1000},
                     {.name = "openai_compatible@127.0.0.1:8000",
                      .models = {"*"},
                      .state = "unreachable",
                      .code = "connect_failed",
                      .message = "cannot connect to 127.0.0.1:8000: connection refused; is the server running there?",
                      .checked_unix_s = 1000,
                      .since_unix_s = 900}};
  given.launches = {{"day", "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", {{"context", "1000"}, {"parallelism", "tp=8"}}},
                    {"night", "DeepSeek-V4", {{"engine", "sglang 0.5"}}}};
  given.recent = {{.unix_s = 1'763'600'001,
                   .id = "r1",
                   .method = "POST",
                   .path = "/v1/messages",
                   .model = "fast",
                   .upstream = "vllm@gpu-node-17.example:8000",
                   .status = 502,
                   .ms = 12.34,
                   .outcome = "network",
                   .message = "cannot connect to gpu-node-17.example:8000: connection refused"},
                  {.unix_s = 1'763'600'000,
                   .id = "r2",
                   .method = "POST",
                   .path = "/v1/chat/completions",
                   .model = "fast",
                   .upstream = "u",
                   .status = 200,
                   .ms = 125'000,
                   .ttft_ms = 950}};
  return given;
}

/// A runtime folder with a control socket on which nobody answers; the room does that.
class Bench {
 public:
  explicit Bench(bool with_socket = true) {
    folder_ = (std::filesystem::temp_directory_path() / "llmgw-XXXXXX").string();
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    std::filesystem::create_directory(folder_ + "/llmgw");
    around.variables = {{"HOME", folder_}, {"XDG_RUNTIME_DIR", folder_}, {"LLMGW_TOKEN", "t"}};
    around.run_client = [this](const net::ClientWork& work) { return room.run(work); };
    if (!with_socket) return;
    fd_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(socket().size() < sizeof address.sun_path);
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Bench() {
    if (fd_ >= 0) ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] std::string socket() const { return folder_ + "/llmgw/serve-4000.sock"; }
  program::Ran run(std::vector<std::string> args) {
    args.insert(args.begin(), "status");
    args.insert(args.end(), {"--config", "none"});
    return program::run(args, around);
  }

  fake::Room room;
  program::Surroundings around;

 private:
  std::string folder_;
  int fd_ = -1;
};

TEST_CASE("status asks every control socket and prints what each says", "[cli]") {
  Bench bench;
  bench.room.replies = {fake::json(status::encode(example()))};
  const auto ran = bench.run({});
  CHECK(ran.code == 0);
  REQUIRE(bench.room.requests.size() == 1);
  CHECK(bench.room.requests[0].endpoint->unix_path == bench.socket());
  CHECK(bench.room.requests[0].message.target == "/llmgw/status");
  CHECK(ran.out.starts_with("llmgw 1.2.3   ready   pid 42   up 3h 2m   http://127.0.0.1:4000\n"));
  CHECK(ran.out.contains("requests 12k"));
  CHECK(ran.out.contains("tokens in 1.2M"));
  CHECK(ran.out.contains("network: "));
  CHECK(ran.out.contains("slow"));
}

TEST_CASE("status as JSON is what the gateways gave", "[cli]") {
  Bench bench;
  bench.room.replies = {fake::json(status::encode(example()))};
  const auto ran = bench.run({"-o", "json"});
  const auto page = json::parse(ran.out);
  REQUIRE(page);
  CHECK(*status::decode((*page)[std::size_t{0}].raw()) == example());
}

TEST_CASE("status names a socket on which nobody answers, and --socket makes that a failure", "[cli]") {
  Bench bench;
  const fake::Reply refused{.refused = fail(Errc::network, "connection refused").error()};
  bench.room.replies = {refused, refused, fake::json("{}"), fake::json("{}", 404)};
  const auto ran = bench.run({});
  CHECK(ran.code == 0);
  CHECK(ran.out.contains("connection refused"));
  CHECK(bench.run({"--socket", "/x.sock"}).code == 8);
  CHECK(bench.run({}).out.contains("no status of llmgw"));
  CHECK(bench.run({"-o", "json"}).out.contains("\"problem\":\"answers with HTTP 404"));
}

TEST_CASE("without a gateway status says so and asks the profile's server", "[cli]") {
  Bench bench(false);
  bench.room.replies = {fake::models({"a", "b"}), {.refused = fail(Errc::network, "connection refused").error()}};
  const auto ran = bench.run({});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("no llmgw serve of this user runs\n"));
  CHECK(ran.out.contains("answers, 2 models"));
  CHECK(bench.run({"--base-url", "http://127.0.0.1:9"}).code == 0);
  CHECK(bench.run({"-o", "json"}).out == "[]\n");
}

TEST_CASE("status --watch looks again after each pause until it is ended", "[cli]") {
  Bench bench;
  const auto reply = fake::json(status::encode(example()));
  bench.room.replies = {reply, reply, reply};
  bench.room.most_pauses = 2;
  bench.room.signal = 2;
  const auto ran = bench.run({"--watch", "--interval", "0.1", "-o", "json"});
  CHECK(ran.code == 0);
  CHECK(bench.room.requests.size() == 3);
  CHECK(bench.room.pauses == std::vector(3, net::milliseconds(1000)));
  CHECK(std::ranges::count(ran.out, '\n') == 3);
}

TEST_CASE("the screen fits 40, 80 and 200 columns, with and without colour", "[cli]") {
  cli::Gateway gateway{.socket = "/run/user/1000/llmgw/serve-4000.sock"};
  gateway.status = example();
  cli::Gateway silent{.socket = "/run/user/1000/llmgw/serve-4001.sock", .problem = "connection refused by the kernel"};
  for (const int columns : {40, 80, 200}) {
    const auto text = cli::showing::screen({gateway, silent}, nullptr, {.columns = columns}, "/h");
    CAPTURE(columns, text);
    CHECK_FALSE(text.contains('\x1b'));
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      CHECK(cli::width_of(line) <= static_cast<std::size_t>(columns));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    const auto coloured =
        cli::showing::screen({gateway, silent}, nullptr, {.tty = true, .colour = true, .columns = columns}, "/h");
    std::string plain;
    for (std::size_t i = 0; i < coloured.size(); ++i) {
      if (coloured[i] == '\x1b') {
        while (i < coloured.size() && coloured[i] != 'm') ++i;
        continue;
      }
      plain += coloured[i];
    }
    CHECK(plain == text);
  }
}

/// One card of this machine.
gpu::Snapshot card() {
  gpu::Snapshot snapshot;
  auto& one = snapshot.gpus.emplace_back();
  one[gpu::Label::name] = "NVIDIA H200";
  one[gpu::Field::util_gpu] = 97.0;
  one[gpu::Field::mem_used] = 0x1p30;
  one[gpu::Field::mem_total] = 0x1p37;
  return snapshot;
}

TEST_CASE("the screen tells how upstreams are, what is live, and the GPUs", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock"};
  gateway.status = example();
  const auto gpus = card();
  const auto text = cli::showing::screen({gateway}, &gpus, {.columns = 200}, "/h");
  CAPTURE(text);
  CHECK(text.contains("degraded     3.5ms  262k  64   12    91%  3h 2m"));
  CHECK(text.contains("unreachable  -      -     -    -     -    3h 3m"));
  CHECK(text.contains("cannot connect to 127.0.0.1:8000"));
  // What the server lists wins over what was written.
  CHECK(text.contains("live Qwen/Qwen3-235B-A22B-Instruct-2507-FP8   context 262144   parallelism tp=8\n"));
  CHECK(text.contains("not live DeepSeek-V4   engine sglang 0.5\n"));
  CHECK(text.contains("0    97%   1024/131072  -     -    H200"));
}

TEST_CASE("figures of GPUs are whole or left out on a narrow screen", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock"};
  gateway.status = example();
  auto gpus = card();
  gpus.gpus[0][gpu::Field::mem_used] = 182152 * 0x1p20;
  gpus.gpus[0][gpu::Field::mem_total] = 183359 * 0x1p20;
  gpus.gpus[0][gpu::Field::power] = 1000;
  const auto text = cli::showing::screen({gateway}, &gpus, {.tty = true, .columns = 40, .rows = 60}, "/h");
  CAPTURE(text);
  CHECK(text.contains("\n0    97%   182152/183359  1000W  H200\n"));
}

TEST_CASE("a low screen has the state and the upstreams first", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock"};
  gateway.status = example();
  const auto text = cli::showing::screen({gateway}, nullptr, {.tty = true, .columns = 40, .rows = 10}, "/h");
  CAPTURE(text);
  const auto upstream = text.find("degraded");
  REQUIRE(upstream != std::string::npos);
  CHECK(std::ranges::count(text.substr(0, upstream), '\n') < 9);
}

TEST_CASE("requests of strangers are told from those that failed", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock"};
  gateway.status = example();
  gateway.status.recent.clear();
  const auto text = [&] { return cli::showing::screen({gateway}, nullptr, {.columns = 80}, "/h"); };
  CHECK(text().contains("no request that was let in failed or waited 10 s"));
  gateway.status.counters.failed = 0;
  CHECK(text().contains("\nno request failed or waited 10 s"));
}

TEST_CASE("a terminal shows as many of the last requests as it has room for, a pipe ten", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock"};
  gateway.status = example();
  gateway.status.recent.resize(50, gateway.status.recent.front());
  const auto shown = [&](const cli::Terminal& terminal) {
    const auto text = cli::showing::screen({gateway}, nullptr, terminal, "/h");
    std::size_t rows = 0;
    for (auto at = text.find("network: "); at != std::string::npos; at = text.find("network: ", at + 1)) ++rows;
    return rows;
  };
  CHECK(shown({.columns = 200}) == 9);
  CHECK(shown({.tty = true, .columns = 200, .rows = 18}) == 2);  // three rows are always there; one of them is slow
  const auto lines = cli::showing::screen({gateway}, nullptr, {.tty = true, .columns = 200, .rows = 30}, "/h");
  CHECK(std::ranges::count(lines, '\n') <= 29);
}

TEST_CASE("status as JSON carries this machine's GPUs in short", "[cli]") {
  cli::Gateway gateway{.socket = "/run/llmgw/serve-4000.sock", .raw = R"({"pid":42})"};
  const auto gpus = card();
  CHECK(cli::showing::as_json({gateway}, &gpus) ==
        R"([{"pid":42,"gpus":[{"index":0,"name":"NVIDIA H200","util_pct":97,"mem_used_b":1073741824,)"
        R"("mem_total_b":137438953472,"temp_c":null,"power_w":null}]}])"
        "\n");
  CHECK(cli::showing::as_json({gateway}, nullptr) == "[{\"pid\":42}]\n");
}

TEST_CASE("spans and counts are short", "[cli]") {
  using cli::showing::short_count;
  using cli::showing::span_of;
  CHECK(span_of(-5) == "0s");
  CHECK(span_of(59) == "59s");
  CHECK(span_of(3599) == "59m 59s");
  CHECK(span_of(3600) == "1h 0m");
  CHECK(span_of(200'000) == "2d 7h");
  CHECK(short_count(999) == "999");
  CHECK(short_count(1'000) == "1.0k");
  CHECK(short_count(9'960) == "10k");
  CHECK(short_count(999'499) == "999k");
  CHECK(short_count(999'600) == "1.0M");
  CHECK(short_count(12'000'000'000) == "12G");
}

}  // namespace status_command_test
