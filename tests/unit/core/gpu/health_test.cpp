#include "core/gpu/health.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <functional>
#include <string>

#include "core/gpu/select.h"
#include "core/gpu/throttle.h"
#include "core/gpu/xid.h"

namespace gpu_health_test {

using namespace llmgw;
using namespace llmgw::gpu;

/// A GPU of which everything is known and well.
Gpu sound() {
  Gpu gpu;
  for (auto& figure : gpu.figures) figure = 0;
  gpu[Label::name] = "NVIDIA H100";
  gpu[Label::uuid] = "GPU-1";
  gpu[Label::recovery] = "none";
  gpu[Field::mem_total] = 100;
  gpu[Field::temp_gpu] = 50;
  gpu[Field::temp_slowdown] = 90;
  gpu[Field::temp_margin] = 38;
  gpu[Field::power] = 300;
  gpu[Field::power_limit] = gpu[Field::power_default_limit] = gpu[Field::power_max_limit] = 700;
  gpu[Field::clock_sm] = 1900;
  gpu[Field::clock_sm_max] = 1980;
  gpu[Field::persistence] = 1;
  gpu[Field::util_gpu] = 90;
  gpu[Field::pcie_gen] = gpu[Field::pcie_gen_max] = 5;
  gpu[Field::pcie_width] = gpu[Field::pcie_width_max] = 16;
  gpu[Field::nvlink_up] = gpu[Field::nvlink_links] = 18;
  gpu.throttle = std::vector<std::string>{"sw_power_cap"};
  return gpu;
}

Snapshot host_of(Gpu gpu) {
  Snapshot snapshot;
  snapshot.host = "h";
  snapshot.gpus.push_back(std::move(gpu));
  return snapshot;
}

using Fault = std::function<void(Gpu&)>;

TEST_CASE("a sound GPU passes every check", "[gpu]") {
  const auto verdicts = judge(host_of(sound()), nullptr, {});
  CHECK(worst(verdicts) == State::ok);
  for (const auto& finding : verdicts.at(0).findings) {
    CAPTURE(finding.check, finding.says);
    CHECK(finding.state == State::ok);
    CHECK(finding.hint.empty());
  }
}

TEST_CASE("a fault fails its own check alone", "[gpu]") {
  const auto [check, state, fault] = GENERATE(table<std::string, State, Fault>({
      {"recovery", State::crit, [](Gpu& gpu) { gpu[Label::recovery] = "reboot"; }},
      {"remap_failed", State::crit, [](Gpu& gpu) { gpu[Field::remap_failed] = 1; }},
      {"ecc", State::crit, [](Gpu& gpu) { gpu[Field::ecc_uncorrected] = 2; }},
      {"xid", State::crit, [](Gpu& gpu) { gpu[Field::xid_last] = 79; }},
      {"xid", State::warn, [](Gpu& gpu) { gpu[Field::xid_last] = 94; }},
      {"remap_pending", State::warn, [](Gpu& gpu) { gpu[Field::remap_pending] = 1; }},
      {"slowdown", State::warn, [](Gpu& gpu) { gpu.throttle = std::vector<std::string>{"hw_thermal"}; }},
      {"temperature", State::warn, [](Gpu& gpu) { gpu[Field::temp_gpu] = 85; }},
      {"pcie", State::warn, [](Gpu& gpu) { gpu[Field::pcie_width] = 8; }},
      {"pcie", State::warn, [](Gpu& gpu) { gpu[Field::pcie_gen] = 1; }},
      {"persistence", State::warn, [](Gpu& gpu) { gpu[Field::persistence] = 0; }},
      {"power", State::warn,
       [](Gpu& gpu) {
         gpu[Field::power] = 499;
         gpu[Field::power_limit] = 500;
         gpu[Field::clock_sm] = 1200;
       }},
  }));
  auto gpu = sound();
  fault(gpu);
  const auto verdicts = judge(host_of(gpu), nullptr, {});
  CHECK(worst(verdicts) == state);
  for (const auto& finding : verdicts.at(0).findings) {
    CAPTURE(finding.check, finding.says);
    CHECK(finding.state == (finding.check == check ? state : State::ok));
    CHECK(finding.hint.empty() == (finding.check != check));
  }
}

TEST_CASE("a check whose figure is not known is skipped with the reason", "[gpu]") {
  Gpu gpu;
  const auto verdicts = judge(host_of(gpu), nullptr, {});
  CHECK(verdicts.at(0).state == State::ok);
  for (const auto& finding : verdicts.at(0).findings) {
    if (finding.check == "presence") continue;
    CAPTURE(finding.check);
    if (finding.check == "nvlink" && finding.state == State::ok) continue;
    CHECK(finding.state == State::skipped);
    CHECK(finding.says == Figure().why);
  }
}

TEST_CASE("a GPU that is gone is critical and nothing else of it is judged", "[gpu]") {
  const auto [presence, state] = GENERATE(table<Presence, State>(
      {{Presence::lost, State::crit}, {Presence::reset_required, State::crit}, {Presence::silent, State::unknown}}));
  auto gpu = sound();
  gpu.presence = presence;
  gpu.trouble = "gone";
  const auto verdict = judge(host_of(gpu), nullptr, {}).at(0);
  CHECK(verdict.state == state);
  CHECK(verdict.findings.at(0).says == "gone");
  CHECK(verdict.findings.at(1).state == State::skipped);
}

Finding power_of(const Gpu& gpu) { return judge(host_of(gpu), nullptr, {}).at(0).findings.at(11); }

TEST_CASE("full load at the power limit that a card comes with is no fault", "[gpu]") {
  auto gpu = sound();
  gpu[Field::power] = 692;
  gpu[Field::clock_sm] = 1455;
  CHECK(power_of(gpu).state == State::ok);
  CHECK(power_of(gpu).says ==
        "692 W of 700 W at 1455 MHz of 1980 MHz: at the limit it comes with, normal under full load");
  gpu[Field::power_default_limit] = 900;
  CHECK(power_of(gpu).state == State::warn);
  CHECK(power_of(gpu).says == "692 W of 700 W at 1455 MHz of 1980 MHz: the limit is lowered from 900 W");
  gpu[Field::power_default_limit] = Figure();
  CHECK(power_of(gpu).state == State::ok);
}

TEST_CASE("a card whose limit could be raised beyond what it comes with is well", "[gpu]") {
  auto gpu = sound();
  gpu[Field::power] = 692;
  gpu[Field::clock_sm] = 1455;
  gpu[Field::power_max_limit] = 900;
  CHECK(power_of(gpu).says.contains("at the limit it comes with"));
  gpu[Field::power_default_limit] = Figure();
  CHECK(power_of(gpu).state == State::ok);
  CHECK(power_of(gpu).says.contains("at its power limit, as cards under full load are"));
}

TEST_CASE("a driver that counts degrees down is judged by what is left", "[gpu]") {
  const auto [left, state] = GENERATE(table<double, State>({{29, State::ok}, {6, State::ok}, {5, State::warn}}));
  auto gpu = sound();
  gpu[Field::temp_slowdown] = Figure();
  gpu[Field::temp_margin] = left;
  CHECK(judge(host_of(gpu), nullptr, {}).at(0).findings.at(8).state == state);
}

TEST_CASE("an idle GPU may lower its PCIe link", "[gpu]") {
  auto gpu = sound();
  gpu[Field::pcie_gen] = 1;
  gpu[Field::util_gpu] = 0;
  CHECK(worst(judge(host_of(gpu), nullptr, {})) == State::ok);
}

TEST_CASE("a GPU with fewer NVLinks than its sisters is critical; bridges that are not there are no fault", "[gpu]") {
  auto snapshot = host_of(sound());
  snapshot.gpus.push_back(sound());
  snapshot.gpus[1][Field::nvlink_up] = 17;
  CHECK(judge(snapshot, nullptr, {}).at(0).state == State::ok);
  CHECK(judge(snapshot, nullptr, {}).at(1).state == State::crit);
  for (auto& gpu : snapshot.gpus) gpu[Field::nvlink_up] = 12;
  CHECK(worst(judge(snapshot, nullptr, {})) == State::ok);
}

TEST_CASE("two readings show how long a GPU was held down", "[gpu]") {
  auto before = host_of(sound());
  auto now = before;
  before.taken_s = 100;
  now.taken_s = 110;
  now.gpus[0][Field::slow_hw_thermal] = 90e6;  // 0.9 %
  CHECK(worst(judge(now, &before, {})) == State::ok);
  now.gpus[0][Field::slow_hw_thermal] = 5e9;
  const auto verdict = judge(now, &before, {}).at(0);
  CHECK(verdict.state == State::warn);
  CHECK(verdict.findings.at(7).says == "slowed down for 50 % of 10.0 s");
  // Within one run the monotonic clock counts: the wall clock knows whole seconds alone.
  before.taken_ns = 1'000'000'000;
  now.taken_ns = 1'250'000'000;
  now.gpus[0][Field::slow_hw_thermal] = 125e6;
  CHECK(judge(now, &before, {}).at(0).findings.at(7).says == "slowed down for 50 % of 0.2 s");
}

TEST_CASE("a second reading is only worth its time where slowdowns are counted", "[gpu]") {
  CHECK(tells_slowdowns(host_of(sound())));
  CHECK_FALSE(tells_slowdowns(host_of(Gpu())));
}

TEST_CASE("bounds of the user are checks of their own", "[gpu]") {
  const auto [text, crossed_at_50] = GENERATE(table<std::string, bool>({
      {"temp.gpu_c>85", false},
      {"temp.gpu_c>=50C", true},
      {"temp.gpu_c<51", true},
      {"temp.gpu_c<=49", false},
      {"power.w>40%", true},
      {"power.w>50%", false},
      {"util.gpu>80%", true},
      {"mem.total_b<1KiB", true},
  }));
  CAPTURE(text);
  const auto threshold = parse_threshold(text);
  REQUIRE(threshold);
  CHECK(worst(judge(host_of(sound()), nullptr, {.warn = {*threshold}, .crit = {}})) ==
        (crossed_at_50 ? State::warn : State::ok));
  CHECK(worst(judge(host_of(sound()), nullptr, {.warn = {}, .crit = {*threshold}})) ==
        (crossed_at_50 ? State::crit : State::ok));
  CHECK(worst(judge(host_of(Gpu()), nullptr, {.warn = {}, .crit = {*threshold}})) == State::unknown);
}

TEST_CASE("a bound that cannot be read is a usage error that says what is wrong", "[gpu]") {
  const auto [text, says] = GENERATE(table<std::string, std::string>({
      {"temp.gpu_c", "no comparison"},
      {"temp.gpu>85", "did you mean temp.gpu_c?"},
      {"temp.gpu_c>hot", "is no value of temp.gpu_c in C"},
      {"temp.gpu_c>80%", "is no value of temp.gpu_c in C"},
      {"temp.gpu_c>80GiB", "is no value of temp.gpu_c in C"},
      {"power.w>nan", "is no value of power.w in W"},
  }));
  const auto threshold = parse_threshold(text);
  REQUIRE_FALSE(threshold);
  CHECK(threshold.error().code == Errc::usage);
  CHECK(threshold.error().message.contains(says));
}

TEST_CASE("Xid errors are found in the kernel's log and go to their GPU", "[gpu]") {
  const auto messages = parse_kernel_log(
      "4,1,5000000,-;NVRM: Xid (PCI:0000:1b:00): 31, pid=7, name=python\n"
      "4,2,6000000,-;NVRM: Xid (PCI:0000:1b:00): 63, row remap\n"
      "[   12.500000] NVRM: Xid (PCI:0000:1c:00): 79, pid='<unknown>'\n"
      "4,3,7000000,-;NVRM: Xid (PCI:broken\nother\n4,4,8,-;NVRM: Xid (PCI:0000:1b:00): x");
  REQUIRE(messages.size() == 3);
  Snapshot snapshot;
  snapshot.gpus.resize(3);
  snapshot.gpus[0][Label::bus_id] = "00000000:1B:00.0";
  snapshot.gpus[1][Label::bus_id] = "00000000:1C:00.0";
  snapshot.gpus[2][Label::bus_id] = "00000001:1C:00.0";
  add_xids(messages, 1000, snapshot);
  CHECK(*snapshot.gpus[0][Field::xid_last] == 63);
  CHECK(*snapshot.gpus[0][Field::xid_time] == 1006);
  CHECK(*snapshot.gpus[1][Field::xid_last] == 79);
  CHECK(*snapshot.gpus[1][Field::xid_time] == 1012.5);
  CHECK(*snapshot.gpus[2][Field::xid_last] == 0);  // the log was read, and there is none
  CHECK(snapshot.gpus[2][Field::xid_time].why == "the kernel's log has no Xid of this GPU");
}

TEST_CASE("Xid errors are critical, warnings, or a program's own", "[gpu]") {
  for (const int number : {48, 64, 74, 79, 95, 119, 120, 140}) CHECK(xid_row(number).kind == XidClass::critical);
  for (const int number : {63, 94}) CHECK(xid_row(number).kind == XidClass::warning);
  for (const int number : {13, 31, 43, 45}) CHECK(xid_row(number).kind == XidClass::application);
  CHECK(xid_row(1).kind == XidClass::other);
}

TEST_CASE("reasons for low clocks have names, and a power cap is no slowdown", "[gpu]") {
  CHECK(names_of_reasons(0x28 | 0x1000) == std::vector<std::string>{"hw_slowdown", "sw_thermal", "0x1000"});
  const std::vector<std::string> cap{"gpu_idle", "sw_power_cap"};
  CHECK_FALSE(slowed_down(cap));
  CHECK(brief_reasons(cap) == "cap");
  CHECK(brief_reasons({}) == "-");
}

Snapshot three() {
  Snapshot snapshot;
  snapshot.host = "h";
  for (int i = 0; i < 3; ++i) {
    auto gpu = sound();
    gpu.index = i;
    gpu[Label::uuid] = "GPU-" + std::string(1, static_cast<char>('a' + i)) + "000";
    gpu[Field::mem_free] = 10 * (i + 1);
    gpu[Field::util_gpu] = 30 * i;
    snapshot.gpus.push_back(std::move(gpu));
  }
  return snapshot;
}

TEST_CASE("GPUs are kept by index and by the beginning of their UUID", "[gpu]") {
  auto snapshot = three();
  REQUIRE(keep_named({"2,GPU-a"}, snapshot));
  REQUIRE(snapshot.gpus.size() == 2);
  CHECK(snapshot.gpus[0].index == 2);
  CHECK(snapshot.gpus[1].index == 0);
  const auto refused = keep_named({"7"}, snapshot);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "no GPU '7' on h; there are 2 (GPU-c000), 0 (GPU-a000)");
}

TEST_CASE("what CUDA would not see is left out", "[gpu]") {
  const auto [variable, seen] = GENERATE(
      table<std::string, std::size_t>({{"0,1", 2}, {"GPU-b", 1}, {"0,9,1", 1}, {"-1", 0}, {"", 0}, {"1,1", 1}}));
  auto snapshot = three();
  keep_visible(variable, snapshot);
  CHECK(snapshot.gpus.size() == seen);
}

TEST_CASE("the emptiest GPUs that meet a need are picked", "[gpu]") {
  const auto two = pick(three(), {.count = 2, .free_b = 15, .most_util = 100});
  REQUIRE(two);
  CHECK(two->at(0).uuid == "GPU-c000");
  CHECK(two->at(1).uuid == "GPU-b000");
  const auto idle = pick(three(), {.count = 1, .free_b = 0, .most_util = 5});
  REQUIRE(idle);
  CHECK(idle->at(0).index == 0);
  const auto none = pick(three(), {.count = 3, .free_b = 15, .most_util = 50});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  CHECK(none.error().message == "1 of 3 GPUs meet the need: GPU 0: 0.0 GiB free; GPU 2: 60 % used");
}

TEST_CASE("an unknown figure rules a GPU out only where it is needed", "[gpu]") {
  auto snapshot = host_of(sound());
  snapshot.gpus[0][Field::mem_free] = 10;
  snapshot.gpus[0][Field::util_gpu] = Figure::unknown("not told");
  CHECK(pick(snapshot, {}));
  CHECK_FALSE(pick(snapshot, {.count = 1, .free_b = 0, .most_util = 5}));
  snapshot.gpus[0][Field::mem_free] = Figure::unknown("not told");
  CHECK_FALSE(pick(snapshot, {}));
}

TEST_CASE("a divided GPU offers its parts", "[gpu]") {
  auto snapshot = host_of(sound());
  snapshot.gpus[0][Label::mig_mode] = "enabled";
  MigDevice part;
  part.uuid = "MIG-1";
  part.mem_total_b = 40;
  part.mem_used_b = 10;
  snapshot.gpus[0].mig = std::vector{part};
  CHECK(pick(snapshot, {.count = 1, .free_b = 30, .most_util = 100})->at(0).uuid == "MIG-1");
}

}  // namespace gpu_health_test
