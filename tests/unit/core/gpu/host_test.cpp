#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <set>
#include <string>

#include "core/gpu/amd.h"
#include "core/gpu/host_texts.h"

namespace gpu_host_test {

using namespace llmgw;
using namespace llmgw::gpu;

/// Files of a made-up machine.
Files files_of(std::map<std::string, std::string> texts) {
  return {.read = [texts](const std::string& path) -> std::optional<std::string> {
            const auto found = texts.find(path);
            if (found == texts.end()) return std::nullopt;
            return found->second;
          },
          .list =
              [texts](const std::string& folder) {
                std::set<std::string> names;
                for (const auto& [path, text] : texts) {
                  if (path.starts_with(folder))
                    names.insert(path.substr(folder.size(), path.find('/', folder.size()) - folder.size()));
                }
                return std::vector<std::string>(names.begin(), names.end());
              },
          .user = [](std::int64_t uid) { return uid == 1000 ? std::optional<std::string>("ada") : std::nullopt; }};
}

const std::string meminfo =
    "MemTotal:       125000000 kB\nMemFree:          1000000 kB\nMemAvailable:    25000000 kB\nBuffers: 5 kB\n";

TEST_CASE("memory that can be had counts caches", "[gpu]") {
  const auto memory = parse_meminfo(meminfo);
  CHECK(*memory.total_b == 125000000.0 * 1024);
  CHECK(*memory.free_b == 25000000.0 * 1024);
  CHECK(parse_meminfo("MemTotal: x\n").free_b.why == "/proc/meminfo has no MemAvailable");
}

TEST_CASE("a GPU without memory of its own has the host's", "[gpu]") {
  Snapshot snapshot;
  snapshot.gpus.resize(2);
  snapshot.gpus[0][Label::mem_kind] = "unified";
  add_host(files_of({{"/proc/meminfo", meminfo},
                     {"/proc/uptime", "1234.5 99.0\n"},
                     {"/proc/sys/kernel/hostname", "spark-1\n"},
                     {"/proc/sys/kernel/osrelease", "6.11.0\n"}}),
           snapshot);
  fill_unified(snapshot);
  CHECK(snapshot.host == "spark-1");
  CHECK(*snapshot.kernel == "6.11.0");
  CHECK(*snapshot.uptime_s == 1234.5);
  CHECK(*snapshot.gpus[0][Field::mem_total] == 125000000.0 * 1024);
  CHECK(*snapshot.gpus[0][Field::mem_used] == 100000000.0 * 1024);
  CHECK_FALSE(snapshot.gpus[1][Field::mem_total]);
}

TEST_CASE("a process has the user and the container that /proc tells", "[gpu]") {
  const std::string id(64, 'a');
  const auto [cgroup, container] = GENERATE_COPY(table<std::string, std::string>({
      {"0::/system.slice/docker-" + id + ".scope\n", "aaaaaaaaaaaa"},
      {"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n", "aaaaaaaaaaaa"},
      {"12:devices:/docker/" + id + "\n", "aaaaaaaaaaaa"},
      {"0::/user.slice/user-1000.slice\n", "none"},
  }));
  Snapshot snapshot;
  snapshot.gpus.resize(1);
  snapshot.gpus[0].procs = std::vector<Process>(2);
  auto& procs = *snapshot.gpus[0].procs;
  procs[0].pid = 42;
  procs[1].pid = 43;
  const std::string command("vllm\0serve\0m\0", 13);
  add_owners(files_of({{"/proc/42/status", "Name:\tvllm\nUid:\t1000\t1000\t1000\t1000\n"},
                       {"/proc/42/cmdline", command},
                       {"/proc/42/cgroup", cgroup}}),
             snapshot);
  CHECK(*procs[0].user == "ada");
  CHECK(*procs[0].name == "vllm serve m");
  CHECK(*procs[0].container == container);
  CHECK(procs[1].user.why.contains("--pid=host"));
}

/// What is shown of a process with this command line.
std::string shown(const std::string& command) {
  Snapshot snapshot;
  snapshot.gpus.resize(1);
  snapshot.gpus[0].procs = std::vector<Process>(1);
  snapshot.gpus[0].procs->at(0).pid = 42;
  add_owners(files_of({{"/proc/42/status", "Name:\tvllm\n"}, {"/proc/42/cmdline", command}}), snapshot);
  return *snapshot.gpus[0].procs->at(0).name;
}

TEST_CASE("a credential on a command line is not shown", "[gpu]") {
  const auto [given, wanted] = GENERATE(table<std::string, std::string>({
      {"vllm serve m --api-key sk-canary --port 8000", "vllm serve m --api-key *** --port 8000"},
      {"vllm --api-key=sk-canary -x", "vllm --api-key=*** -x"},
      {"env HF_TOKEN=hf_canary python3", "env HF_TOKEN=*** python3"},
      {"python3 run.py --admin_password canary", "python3 run.py --admin_password ***"},
      {"vllm --max-tokens 4096 --tokenizer m --keyfile f", "vllm --max-tokens 4096 --tokenizer m --keyfile f"},
      {"vllm --api-key canary-1 canary-2 canary-3 --port 8000", "vllm --api-key *** --port 8000"},
      {"vllm --api-key -canary m", "vllm --api-key ***"},
      {"vllm --api-keys canary", "vllm --api-keys ***"},
      {"run --accessKey canary --gradio-auth me:canary", "run --accessKey *** --gradio-auth ***"},
      {"docker run --env=HF_TOKEN=canary -e OPENAIKEY=canary i", "docker run --env=HF_TOKEN=*** -e OPENAIKEY=*** i"},
      {"curl -H x-api-key:canary -HAuthorization:canary u", "curl -H x-api-key:*** -HAuthorization:*** u"},
      {"run --config={\"model\":\"m\",\"api_key\":\"canary\"}", "run --config={\"model\":\"m\",\"api_key\":***"},
      {"run --db postgres://me:canary@db/x http://u/?key=canary&a=1", "run --db postgres://***@db/x http://u/?key=***"},
      {"VLLM::EngineCore", "VLLM::EngineCore"},
  }));
  CAPTURE(given);
  auto command = given + " ";
  std::ranges::replace(command, ' ', '\0');
  CHECK(shown(command) == wanted);
}

TEST_CASE("a credential within an argument that has blanks is not shown", "[gpu]") {
  const auto [argument, wanted] = GENERATE(table<std::string, std::string>({
      {"vllm serve m --api-key canary --port 8000", "vllm serve m --api-key *** --port 8000"},
      {"vllm --api-key a-canary b-canary --port 8000", "vllm --api-key *** --port 8000"},
      {"env HF_TOKEN='canary -canary' vllm serve m", "env HF_TOKEN=*** vllm serve m"},
      {"HF_TOKEN=canary -canary", "HF_TOKEN=***"},
      {"--password=canary -canary", "--password=***"},
      {"export API_KEY=canary; vllm serve m", "export API_KEY=*** vllm serve m"},
      {"vllm --api-key 'canary -canary' --port 8000", "vllm --api-key *** --port 8000"},
      {"curl -H 'Authorization: Bearer -canary' u", "curl -H 'Authorization: *** u"},
      {"x-api-key: -canary canary", "x-api-key: ***"},
      {"Authorization: Bearer canary", "Authorization: ***"},
      {"sh -c \"vllm --api-key 'canary -canary'\"", "sh -c \"vllm --api-key ***"},
      {"env HF_TOKEN=canary\\ -canary -x", "env HF_TOKEN=*** -x"},
      {"{\"api_key\": \"canary -canary\"}", "{\"api_key\": ***"},
      {"don't --api-key canary", "don't --api-key ***"},
      {"vllm serve m --max-tokens 1", "vllm serve m --max-tokens 1"},
  }));
  CAPTURE(argument);
  const std::string zero(1, '\0');
  CHECK(shown("sh" + zero + "-c" + zero + argument + zero + "more" + zero) == "sh -c " + wanted + " more");
  CHECK(shown("vllm" + zero + "--api-key" + zero + argument + zero + "-x" + zero) == "vllm --api-key *** -x");
}

const std::string card = "/sys/class/drm/card1/device/";
const std::map<std::string, std::string> mi300{
    {"/sys/class/drm/card0/device/vendor", "0x8086\n"},
    {"/sys/class/drm/card1-DP-1/device/vendor", "0x1002\n"},
    {card + "vendor", "0x1002\n"},
    {card + "product_name", "AMD Instinct MI300X\n"},
    {card + "unique_id", "8f2c\n"},
    {card + "uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\nMODALIAS=x\n"},
    {card + "mem_info_vram_total", "206141652992\n"},
    {card + "mem_info_vram_used", "1000\n"},
    {card + "gpu_busy_percent", "88\n"},
    {card + "pp_dpm_sclk", "0: 132Mhz\n1: 1700Mhz *\n2: 2100Mhz\n"},
    {card + "current_link_speed", "32.0 GT/s PCIe\n"},
    {card + "max_link_speed", "32.0 GT/s PCIe\n"},
    {card + "current_link_width", "16\n"},
    {card + "hwmon/hwmon3/temp2_input", "61000\n"},
    {card + "hwmon/hwmon3/temp2_crit", "100000\n"},
    {card + "hwmon/hwmon3/power1_average", "412000000\n"},
    {card + "hwmon/hwmon3/power1_cap", "650000000\n"},
    {card + "hwmon/hwmon3/power1_cap_default", "750000000\n"},
    {card + "hwmon/hwmon3/power1_cap_max", "800000000\n"},
};

TEST_CASE("AMD's GPUs are read from sysfs", "[gpu]") {
  const auto snapshot = amd::read(files_of(mi300));
  REQUIRE(snapshot);
  REQUIRE(snapshot->gpus.size() == 1);
  const auto& gpu = snapshot->gpus[0];
  CHECK(*gpu[Label::name] == "AMD Instinct MI300X");
  CHECK(*gpu[Label::bus_id] == "0000:03:00.0");
  CHECK(*gpu[Field::mem_free] == 206141651992.0);
  CHECK(*gpu[Field::util_gpu] == 88);
  CHECK(*gpu[Field::clock_sm] == 1700);
  CHECK(*gpu[Field::clock_sm_max] == 2100);
  CHECK(*gpu[Field::pcie_gen] == 5);
  CHECK(*gpu[Field::temp_gpu] == 61);
  CHECK(*gpu[Field::temp_slowdown] == 100);
  CHECK(*gpu[Field::power] == 412);
  CHECK(*gpu[Field::power_limit] == 650);
  CHECK(*gpu[Field::power_default_limit] == 750);
  CHECK(*gpu[Field::power_max_limit] == 800);
  CHECK(gpu[Field::temp_mem].why == "amdgpu has no temp3_input for this GPU");
  CHECK(gpu.procs.why == "sysfs does not list processes");
}

TEST_CASE("a machine without AMD's GPUs says so", "[gpu]") {
  const auto snapshot = amd::read(files_of({{"/sys/class/drm/card0/device/vendor", "0x8086\n"}}));
  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().message == "amdgpu: no AMD GPU in /sys/class/drm");
}

}  // namespace gpu_host_test
