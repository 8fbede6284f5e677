#include "core/gpu/smi.h"

#include "core/gpu/smi_topology.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

namespace smi_test {

using namespace llmgw;
using namespace llmgw::gpu;

const smi::Tier& lowest() { return smi::tiers().back(); }

/// A line of the lowest tier.
const std::string line =
    "0, GPU-aaaa, NVIDIA L4, 00000000:00:04.0, 550.54.14, 23034, 1024, 22010, 37, 58, 41.25, 2040, 6251, P0\n";

Gpu read_line(const std::string& text) {
  const auto snapshot = smi::read(lowest(), {.exit = 0, .out = text, .err = {}});
  REQUIRE(snapshot);
  REQUIRE(snapshot->gpus.size() == 1);
  return snapshot->gpus.front();
}

TEST_CASE("nvidia-smi's values come out in our units", "[gpu]") {
  const auto gpu = read_line(line);
  CHECK(*gpu[Label::uuid] == "GPU-aaaa");
  CHECK(*gpu[Label::name] == "NVIDIA L4");
  CHECK(*gpu[Field::mem_total] == 23034.0 * 1024 * 1024);
  CHECK(*gpu[Field::util_gpu] == 37);
  CHECK(*gpu[Field::power] == 41.25);
  CHECK(*gpu[Label::pstate] == "P0");
  CHECK_FALSE(gpu[Field::ecc_uncorrected]);
}

TEST_CASE("what nvidia-smi puts in place of a value is a reason, never 0", "[gpu]") {
  const auto [cell, why] = GENERATE(table<std::string, std::string>({
      {"[N/A]", "nvidia-smi says N/A"},
      {"N/A", "nvidia-smi says N/A"},
      {"", "nvidia-smi says N/A"},
      {"[Not Supported]", "nvidia-smi says Not Supported"},
      {"[Unknown Error]", "nvidia-smi says Unknown Error"},
      {"[Insufficient Permissions]", "nvidia-smi says Insufficient Permissions"},
      {"many", "nvidia-smi says many"},
      {"nan", "nvidia-smi says nan"},
  }));
  auto text = line;
  text.replace(text.find("41.25"), 5, cell);
  const auto gpu = read_line(text);
  CHECK_FALSE(gpu[Field::power]);
  CHECK(gpu[Field::power].why == why);
  CHECK(gpu.presence == Presence::ok);
}

TEST_CASE("a GPU that nvidia-smi wants reset is in the list", "[gpu]") {
  auto text = line;
  text.replace(text.find("41.25"), 5, "[GPU requires reset]");
  const auto gpu = read_line(text);
  CHECK(gpu.presence == Presence::reset_required);
  CHECK(gpu[Field::power].why == "nvidia-smi says GPU requires reset");
}

TEST_CASE("the newest tier has memory that is reserved and reasons for low clocks", "[gpu]") {
  const auto& tier = smi::tiers().front();
  std::string text;
  for (const auto field : tier.fields) {
    if (!text.empty()) text += ", ";
    text += field == "clocks_event_reasons.active"                             ? "0x0000000000000024"
            : field == "persistence_mode"                                      ? "Enabled"
            : field == "mig.mode.current"                                      ? "[N/A]"
            : field == "compute_cap"                                           ? "9.0"
            : field == "remapped_rows.pending"                                 ? "No"
            : field == "remapped_rows.failure"                                 ? "Yes"
            : field == "gpu_recovery_action"                                   ? "Drain P2P"
            : field == "addressing_mode"                                       ? "None"
            : field == "temperature.gpu.tlimit"                                ? "29"
            : field == "clocks_event_reasons_counters.hw_power_brake_slowdown" ? "4128292"
                                                                               : "1";
  }
  const auto snapshot = smi::read(tier, {.exit = 0, .out = text + "\n", .err = {}});
  REQUIRE(snapshot);
  const auto& gpu = snapshot->gpus.at(0);
  CHECK(*gpu.throttle == std::vector<std::string>{"sw_power_cap", "sw_thermal"});
  CHECK(*gpu[Field::persistence] == 1);
  CHECK(*gpu[Field::mem_reserved] == 1024.0 * 1024);
  CHECK(gpu[Label::mig_mode].why == "nvidia-smi says N/A");
  CHECK(*gpu[Label::arch] == "Hopper");
  CHECK(*gpu[Field::remap_pending] == 0);
  CHECK(*gpu[Field::remap_failed] == 1);
  CHECK(*gpu[Label::recovery] == "drain P2P");
  CHECK(*gpu[Label::addressing] == "none");
  CHECK(*gpu[Field::temp_margin] == 29);
  CHECK(*gpu[Field::slow_brake] == 4128292e3);
}

TEST_CASE("nvidia-smi tells the newest CUDA apart", "[gpu]") {
  Snapshot snapshot;
  smi::add_version({.exit = 0,
                    .out = "NVIDIA-SMI version  : 580.95.05\nDRIVER version      : 580.95.05\n"
                           "CUDA Version        : 13.0\n",
                    .err = {}},
                   snapshot);
  CHECK(*snapshot.cuda == "13.0");
  smi::add_version({.exit = 1, .out = "CUDA Version : 1\n", .err = {}}, snapshot);
  CHECK(snapshot.cuda.why == "nvidia-smi --version does not tell");
}

TEST_CASE("nvidia-smi's square of GPUs is read, whatever stands behind it", "[gpu]") {
  const auto topology =
      smi::read_topology({.exit = 0,
                          .out = "\t\x1b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\x1b[0m\n"
                                 "GPU0\t X \tNV18\tPXB\t0-15,32-47\t0\t\tN/A\nGPU1\tNV18\t X \tSYS\t16-31\tN/A\t\tN/A\n"
                                 "NIC0\tPXB\tSYS\t X \n\nLegend:\n\n  X    = Self\n",
                          .err = {}});
  REQUIRE(topology);
  REQUIRE(topology->links.size() == 1);
  CHECK(*topology->links[0].path == "NV18");
  REQUIRE(topology->places.size() == 2);
  CHECK(*topology->places[0].cpus == "0-15,32-47");
  CHECK(*topology->places[0].numa == "0");
  CHECK(topology->places[1].numa.why == "nvidia-smi does not tell");
  CHECK_FALSE(smi::read_topology({.exit = 0, .out = "GPU0\nno square", .err = {}}));
  CHECK_FALSE(smi::read_topology({.exit = 6, .out = "\tGPU0\nGPU0\t X\n", .err = {}}));
  CHECK_FALSE(smi::read_topology({.exit = 0, .out = "\x1b", .err = {}}));
}

TEST_CASE("a refused field asks for a lower tier, other failures do not", "[gpu]") {
  CHECK(smi::refuses_field(
      {.exit = 2, .out = "Field \"clocks_event_reasons.active\" is not a valid field to query.\n", .err = {}}));
  CHECK_FALSE(
      smi::refuses_field({.exit = 9, .out = "NVIDIA-SMI has failed because it couldn't communicate\n", .err = {}}));
  CHECK_FALSE(smi::refuses_field({.exit = 0, .out = line, .err = {}}));
  for (const auto& tier : smi::tiers()) CHECK(smi::query(tier).at(0).starts_with("--query-gpu=index,uuid,name,"));
}

TEST_CASE("what nvidia-smi says when it fails is told with what to do", "[gpu]") {
  const auto [out, advice] = GENERATE(table<std::string, std::string>({
      {"Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n", "reboot"},
      {"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", "modprobe nvidia"},
      {"Failed to initialize NVML: Insufficient Permissions\n", "/dev/nvidia"},
  }));
  const auto snapshot = smi::read(lowest(), {.exit = 18, .out = out, .err = {}});
  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().code == Errc::not_found);
  CHECK(snapshot.error().message == "nvidia-smi: " + out.substr(0, out.find('\n')));
  CHECK(snapshot.error().param.contains(advice));
}

TEST_CASE("an answer of another shape is refused, an empty one has no GPUs", "[gpu]") {
  CHECK_FALSE(smi::read(lowest(), {.exit = 0, .out = "one, two\n", .err = {}}));
  CHECK(smi::read(lowest(), {.exit = 0, .out = "No devices were found\n", .err = {}})->gpus.empty());
}

TEST_CASE("processes find their GPU by its UUID, and their names may hold commas", "[gpu]") {
  auto snapshot = *smi::read(lowest(), {.exit = 0, .out = line, .err = {}});
  smi::add_processes(
      {.exit = 0,
       .out = "GPU-aaaa, 4242, 1000, python3 -m x, y\nGPU-bbbb, 1, 1, other\nGPU-aaaa, 7, [N/A], z --api-key canary\n",
       .err = {}},
      snapshot);
  const auto& procs = *snapshot.gpus[0].procs;
  REQUIRE(procs.size() == 2);
  CHECK(procs[0].pid == 4242);
  CHECK(*procs[0].mem_b == 1000.0 * 1024 * 1024);
  CHECK(*procs[0].name == "python3 -m x, y");
  CHECK(procs[1].mem_b.why == "nvidia-smi says N/A");
  CHECK(*procs[1].name == "z --api-key ***");
  smi::add_processes({.exit = 6, .out = "no\n", .err = {}}, snapshot);
  CHECK(snapshot.gpus[0].procs.why == "nvidia-smi: no");
}

}  // namespace smi_test
