#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <deque>
#include <memory>
#include <sstream>
#include <string>

#include "cli/commands/gpu/top_screen.h"
#include "cli/term/columns.h"
#include "unit/cli/commands/gpu/fake_machine.h"
#include "unit/cli/golden.h"

namespace gpu_top_test {

using namespace llmgw;
using namespace llmgw::cli;
using namespace llmgw::cli::gpu_command;
using gpu::Field;
using gpu::Label;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

gpu::Process process(int pid, double gib, double sm, const std::string& name) {
  gpu::Process made;
  made.pid = pid;
  made.type = "compute";
  made.mem_b = gib * 0x1p30;
  made.sm = sm;
  made.name = name;
  made.user = "ada";
  made.container = "none";
  return made;
}

/// Eight GPUs of 1,000 W with memory of six digits in MiB.
TopState eight() {
  gpu::Snapshot host;
  host.host = "gx-01";
  host.source = "nvml";
  host.driver = "580.95.05";
  host.cuda = "13.0";
  for (int i = 0; i < 8; ++i) {
    gpu::Gpu gpu;
    gpu.index = i;
    gpu[Label::name] = "NVIDIA B200";
    gpu[Label::uuid] = "GPU-0000000" + std::to_string(i) + "-1111-2222-3333-444455556666";
    gpu[Label::bus_id] = "00000000:1B:00.0";
    gpu[Field::util_gpu] = i * 14;
    gpu[Field::mem_used] = 182151.0 * 0x1p20;
    gpu[Field::mem_total] = 183360.0 * 0x1p20;
    gpu[Field::temp_gpu] = 75;
    gpu[Field::power] = 1000;
    gpu[Field::power_limit] = 1000;
    gpu[Field::clock_sm] = 1965;
    gpu[Field::ecc_uncorrected] = 0;
    gpu[Field::nvlink_up] = gpu[Field::nvlink_links] = 18;
    gpu.throttle = std::vector<std::string>{"sw_power_cap"};
    gpu.procs = std::vector<gpu::Process>{process(1000 + i, 10 + i, 90 - i, "vllm serve m --tensor-parallel-size 8")};
    host.gpus.push_back(std::move(gpu));
  }
  return {.hosts = {std::move(host)}, .pace = "1 s"};
}

TEST_CASE("the screen fits every terminal, and shows what is selected", "[cli][gpu]") {
  const auto [columns, rows] = GENERATE(table<int, int>({{80, 24}, {200, 50}, {40, 10}, {20, 4}, {110, 12}}));
  auto state = eight();
  for (state.selected = 0; state.selected < rows_of(state); ++state.selected) {
    const auto all = lines(top_screen(state, {.tty = true, .colour = false, .columns = columns, .rows = rows}));
    CAPTURE(columns, rows, state.selected);
    CHECK(all.size() < static_cast<std::size_t>(rows));
    int marks = 0;
    for (const auto& line : all) {
      CAPTURE(line);
      CHECK(width_of(line) <= static_cast<std::size_t>(columns));
      if (line.starts_with(">")) ++marks;
    }
    CHECK(marks == 1);
    CHECK(all.back().starts_with("q quit"));
  }
}

TEST_CASE("many sources that tell nothing leave room for those that do", "[cli][gpu]") {
  const auto [rows, told, last] = GENERATE(table<int, std::size_t, std::string>(
      {{24, 6, "and 25 more"}, {12, 3, "and 28 more"}, {8, 2, "and 29 more"}, {4, 1, "no reading of 30 sources"}}));
  auto state = eight();
  for (int i = 0; i < 30; ++i) state.troubles.push_back("host-" + std::to_string(i) + ": ssh: no connection");
  const auto all = lines(top_screen(state, {.tty = true, .colour = false, .columns = 80, .rows = rows}));
  CAPTURE(rows);
  CHECK(all.size() < static_cast<std::size_t>(rows));
  CHECK(all.at(told - 1) == last);
  CHECK(std::ranges::any_of(all, [](const std::string& line) { return line.starts_with("> 0"); }));
  state.troubles.resize(told);
  const auto few = lines(top_screen(state, {.tty = true, .colour = false, .columns = 80, .rows = rows}));
  CHECK(few.at(told - 1).starts_with("no reading: host-" + std::to_string(told - 1)));
}

/// A machine at work: a model served by all GPUs, one GPU lost, one too hot.
TopState busy() {
  auto state = eight();
  auto& gpus = state.hosts[0].gpus;
  for (auto& gpu : gpus) {
    auto& served = gpu.procs->at(0);
    served.server = "vllm";
    served.model = "qwen3-235b-a22b";
    served.kv = 63;
    served.running = 41;
  }
  gpus[3].presence = gpu::Presence::lost;
  gpus[3].trouble = "the GPU is lost: it fell off the bus";
  gpus[5].throttle = std::vector<std::string>{"hw_thermal"};
  state.selected = 9;
  return state;
}

TEST_CASE("the screen looks as it was looked at", "[cli][gpu]") {
  const auto [columns, rows] = GENERATE(table<int, int>({{80, 24}, {200, 50}, {40, 10}}));
  const auto name = "tests/golden/gpu/top-" + std::to_string(columns) + "x" + std::to_string(rows) + ".txt";
  check_golden(name, top_screen(busy(), {.tty = true, .colour = false, .columns = columns, .rows = rows}));
}

TEST_CASE("eighty columns hold watts of four and memory of six digits", "[cli][gpu]") {
  const auto all = lines(top_screen(eight(), {.tty = true, .colour = false, .columns = 80, .rows = 24}));
  REQUIRE(all.size() == 23);
  CHECK(all[0] == " gx-01  nvml  driver 580.95.05  CUDA 13.0");
  CHECK(all[1] == " ID  NAME  UTIL        MEM MiB  TEMP      PWR W   CLK  THR  ECC   LINK");
  CHECK(all[2] == "> 0  B200    0%  182151/183360   75C  1000/1000  1965  cap    0  18/18");
  CHECK(all[10] == " GPU   PID  USER  MEM MiB   SM  COMMAND");
  CHECK(all[11] == "   7  1007  ada     17408  83%  vllm serve m --tensor-parallel-size 8");
  CHECK(all[21] == "GPU 0: GPU-00000000-1111-2222-3333-444455556666  00000000:1B:00.0  PCIe -x-  me~");
  CHECK(all[22] == "q quit  s sort: memory  up, down select  every 1 s");
}

TEST_CASE("a small window keeps the titles of what it shows", "[cli][gpu]") {
  auto state = eight();
  state.selected = 7;
  const auto gpus = lines(top_screen(state, {.tty = true, .colour = false, .columns = 40, .rows = 10}));
  CHECK(gpus.front() == " ID  NAME  UTIL        MEM MiB  TEMP");
  state.selected = 15;
  const auto processes = lines(top_screen(state, {.tty = true, .colour = false, .columns = 40, .rows = 10}));
  CHECK(processes.front().starts_with(" GPU   PID"));
}

TEST_CASE("a wide window has bars", "[cli][gpu]") {
  const auto all = lines(top_screen(eight(), {.tty = true, .colour = false, .columns = 130, .rows = 24}));
  CHECK(all[9].contains(" 98%  [|||||||||||||||||"));
}

TEST_CASE("processes are sorted by what is chosen", "[cli][gpu]") {
  const auto [presses, first] = GENERATE(table<int, std::string>({{0, "1007"}, {1, "1000"}, {2, "1000"}, {3, "1007"}}));
  auto state = eight();
  for (int i = 0; i < presses; ++i) CHECK(press({.letter = 's'}, 5, state));
  const auto all = lines(top_screen(state, {.tty = false, .colour = false, .columns = 80}));
  CHECK(all[11].contains(first));
}

TEST_CASE("keys select rows and end the screen", "[cli][gpu]") {
  auto state = eight();
  const auto after = [&state](Key::Kind kind) {
    CHECK(press({.kind = kind}, 5, state));
    return state.selected;
  };
  CHECK(after(Key::Kind::up) == 0);
  CHECK(after(Key::Kind::down) == 1);
  CHECK(after(Key::Kind::page_down) == 6);
  CHECK(after(Key::Kind::page_up) == 1);
  CHECK(after(Key::Kind::end) == 15);
  CHECK(after(Key::Kind::down) == 15);
  CHECK(after(Key::Kind::home) == 0);
  CHECK(press({.letter = 'j'}, 5, state));
  CHECK(state.selected == 1);
  CHECK(press({.letter = 'x'}, 5, state));
  CHECK_FALSE(press({.letter = 'q'}, 5, state));
}

TEST_CASE("what is wrong is coloured, and nothing is without colour", "[cli][gpu]") {
  auto state = eight();
  state.hosts[0].gpus[1].presence = gpu::Presence::lost;
  state.hosts[0].gpus[2].throttle = std::vector<std::string>{"hw_thermal"};
  const auto coloured = lines(top_screen(state, {.tty = true, .colour = true, .columns = 80, .rows = 24}));
  CHECK(coloured[3].starts_with("\x1b[31m  1  LOST"));
  CHECK(coloured[4].starts_with("\x1b[33m  2"));
  CHECK_FALSE(top_screen(state, {.tty = true, .colour = false, .columns = 80, .rows = 24}).contains('\x1b'));
}

TEST_CASE("the model that a process serves stands before its command", "[cli][gpu]") {
  auto state = eight();
  auto& served = state.hosts[0].gpus[0].procs->at(0);
  served.server = "vllm";
  served.model = "qwen3-32b";
  served.kv = 63;
  served.running = 4;
  state.order = Order::pid;
  const auto all = lines(top_screen(state, {.tty = true, .colour = false, .columns = 80, .rows = 24}));
  CHECK(all[10] == " GPU   PID  USER  MEM MiB   SM  MODEL       KV  RUN  COMMAND");
  CHECK(all[11].starts_with("   0  1000  ada     10240  90%  qwen3-32b  63%    4  vllm serve m"));
}

/// Keys that are pressed one after the other.
class Pressed final : public Keyboard {
 public:
  explicit Pressed(std::deque<Key> keys) : keys_(std::move(keys)) {}
  std::optional<Key> wait(std::chrono::milliseconds) override {
    if (keys_.empty()) return std::nullopt;
    const auto key = keys_.front();
    keys_.pop_front();
    return key;
  }

 private:
  std::deque<Key> keys_;
};

TEST_CASE("top draws on a screen of its own and ends with q", "[cli][gpu]") {
  program::Surroundings around;
  around.terminal = true;
  around.open_keyboard = [] {
    return std::make_unique<Pressed>(
        std::deque<Key>{{Key::Kind::down}, {Key::Kind::letter, 's'}, {Key::Kind::letter, 'q'}});
  };
  around.look_again = [] { return Terminal{.tty = true, .colour = true, .columns = 60, .rows = 20}; };
  const auto ran = fake::gpu({"top"}, {.scenario = fake_nvml::eight_b200, .files = fake::host_files}, around);
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("\x1b[?2026h\x1b[?1049h"));
  CHECK(ran.out.contains("> 1  B200"));
  CHECK(ran.out.contains("s sort: use"));
  CHECK(ran.out.ends_with("\x1b[?1049l\x1b[?25h"));
  CHECK_FALSE(ran.out.contains("\x1b[1m"));  // colour was not wanted
}

TEST_CASE("q ends top while a host is silent", "[cli][gpu]") {
  fake::Silence silence;
  program::Surroundings around;
  around.terminal = true;
  around.open_keyboard = [] { return std::make_unique<Pressed>(std::deque<Key>{{Key::Kind::letter, 'q'}}); };
  const auto ran = fake::gpu_in_silence({"top", "--host", "silent"}, silence, around);
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  CHECK(silence.times == 1);
}

TEST_CASE("top without a terminal prints plain frames", "[cli][gpu]") {
  const auto ran = fake::gpu({"top", "--frames", "2"}, {.scenario = fake_nvml::one_h200, .files = fake::host_files});
  CHECK(ran.code == 0);
  const auto all = lines(ran.out);
  REQUIRE(all.size() == 11);
  CHECK(all[2] == " 0  H200  100%  9293/143771   58C  692/700  1455  cap    0     -");
  CHECK(all[5].empty());
  CHECK_FALSE(ran.out.contains('\x1b'));
}

TEST_CASE("top without a source says so and draws nothing", "[cli][gpu]") {
  const auto ran = fake::gpu({"top"}, {});
  CHECK(ran.code == 5);
  CHECK(ran.out.empty());
}

}  // namespace gpu_top_test
