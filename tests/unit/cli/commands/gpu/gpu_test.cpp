#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <sstream>
#include <string>

#include "core/base/files.h"
#include "core/gpu/health.h"
#include "core/json/view.h"
#include "unit/cli/commands/gpu/fake_machine.h"

namespace gpu_test {

using namespace llmgw;

fake::Facts with(const char* scenario) { return {.scenario = scenario, .files = fake::host_files}; }

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

TEST_CASE("a GPU is one line below its host", "[cli][gpu]") {
  const auto ran = fake::gpu({}, with(fake_nvml::one_l4));
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  const auto all = lines(ran.out);
  REQUIRE(all.size() == 3);
  CHECK(all[0] == "gx-01  nvml  driver 550.54.14  CUDA 12.4  kernel 6.8.0  up 1 d 2 h");
  CHECK(all[1] == "ID  NAME  UTIL     MEM MiB  TEMP  PWR W   CLK  THR  ECC  LINK  PROCS");
  CHECK(all[2] == " 0  L4     37%  1024/23034   58C  41/72  2040    -    0     -      1");
}

TEST_CASE("eight GPUs of 1,000 W fit eighty columns and stand in columns", "[cli][gpu]") {
  const auto ran = fake::gpu({"status"}, with(fake_nvml::eight_b200));
  CHECK(ran.code == 0);
  const auto all = lines(ran.out);
  REQUIRE(all.size() == 10);
  for (const auto& line : all) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
  for (std::size_t i = 2; i < all.size(); ++i) CHECK(all[i].size() == all[1].size());
  CHECK(all[2].contains("1000/1000"));
  CHECK(all[2].contains("182152/183359"));
  CHECK(all[2].contains(" 18/18 "));
}

TEST_CASE("a narrow terminal shows fewer columns of GPUs and processes, and each of them whole; a pipe all",
          "[cli][gpu]") {
  program::Surroundings narrow;
  narrow.terminal = true;
  narrow.columns = 40;
  for (const auto* command : {"status", "list", "procs"}) {
    const auto all = lines(fake::gpu({command}, with(fake_nvml::eight_b200), narrow).out);
    for (std::size_t i = 1; i < all.size(); ++i) {
      CAPTURE(command, all[i]);
      CHECK((all[i].size() <= 40 || std::string_view(command) == "list"));
    }
  }
  const auto status = lines(fake::gpu({"status"}, with(fake_nvml::eight_b200), narrow).out);
  CHECK(status.at(1) == "ID  NAME  UTIL        MEM MiB  TEMP");
  CHECK(status.at(2).starts_with(" 0  B200  100%  182152/183359   75C"));
  program::Surroundings piped;
  piped.columns = 40;
  CHECK(lines(fake::gpu({"status"}, with(fake_nvml::eight_b200), piped).out).at(1).ends_with("PROCS"));
}

TEST_CASE("a lost GPU stands in its line", "[cli][gpu]") {
  const auto ran = fake::gpu({}, with(fake_nvml::one_of_eight_h100_lost));
  CHECK(ran.code == 0);
  const auto line = lines(ran.out).at(5);
  CHECK(line.starts_with(" 3  LOST"));
  CHECK_FALSE(line.contains("0%"));
}

TEST_CASE("shared memory is the host's", "[cli][gpu]") {
  const auto ran = fake::gpu({}, with(fake_nvml::unified_gb10));
  CHECK(ran.out.contains("GB10 unified"));
  CHECK(ran.out.contains("97656/122070"));
}

TEST_CASE("what is not known is null with a reason, never 0", "[cli][gpu]") {
  const auto ran = fake::gpu({"-o", "jsonl"}, with(fake_nvml::one_l4));
  CHECK(ran.code == 0);
  const auto view = json::parse(ran.out);
  REQUIRE(view);
  CHECK((*view)["schema"].equals("llmgw.gpu/1"));
  CHECK((*view)["host"].equals("gx-01"));
  const auto gpu = (*view)["gpus"][std::size_t{0}];
  CHECK(gpu["fan"]["percent"].kind() == json::Kind::null);
  CHECK(gpu["na"]["fan.percent"].equals("not supported by this GPU"));
  CHECK(gpu["power"]["w"].number() == 41.25);
  CHECK(gpu["mem"]["kind"].equals("dedicated"));
  CHECK(gpu["procs"][std::size_t{0}]["user"].equals("ada"));
  CHECK(gpu["procs"][std::size_t{0}]["container"].equals("none"));
  CHECK(gpu["na"]["xid.last"].equals("the kernel's log cannot be read"));
}

TEST_CASE("every format prints each host, and JSON is an array of them", "[cli][gpu]") {
  const auto ran = fake::gpu({"--json"}, with(fake_nvml::eight_b200));
  const auto view = json::parse(ran.out);
  REQUIRE(view);
  REQUIRE(view->is_array());
  CHECK((*view)[std::size_t{0}]["gpus"][std::size_t{7}]["throttle"][std::size_t{0}].equals("sw_power_cap"));
  const auto rows = lines(fake::gpu({"-o", "csv"}, with(fake_nvml::eight_b200)).out);
  REQUIRE(rows.size() == 9);
  CHECK(std::ranges::count(rows[0], ',') == std::ranges::count(rows[8], ','));
  const auto text = fake::gpu({"-o", "gpustat"}, with(fake_nvml::one_l4)).out;
  const auto other = json::parse(text);
  REQUIRE(other);
  CHECK((*other)["gpus"][std::size_t{0}]["memory.used"].integer() == 1024);
  CHECK((*other)["gpus"][std::size_t{0}]["fan.speed"].kind() == json::Kind::null);
  CHECK((*other)["gpus"][std::size_t{0}]["processes"][std::size_t{0}]["command"].equals("vllm"));
}

TEST_CASE("Prometheus gets base units and no sample for what is not known", "[cli][gpu]") {
  const auto out = fake::gpu({"-o", "prometheus"}, with(fake_nvml::one_l4)).out;
  const std::string labels =
      "{host=\"gx-01\",gpu=\"0\",uuid=\"GPU-00000000-1111-2222-3333-444455556666\",name=\"NVIDIA L4\"}";
  CHECK(out.contains("llmgw_gpu_power_watts" + labels + " 41.25\n"));
  CHECK(out.contains("llmgw_gpu_utilization_ratio" + labels + " 0.37\n"));
  CHECK(out.contains("llmgw_gpu_sm_clock_hertz" + labels + " 2040000000\n"));
  CHECK(out.contains("# TYPE llmgw_gpu_energy_joules_total counter\n"));
  CHECK_FALSE(out.contains("llmgw_gpu_fan_speed_ratio"));
}

TEST_CASE("a family without samples is not declared", "[cli][gpu]") {
  const auto page = fake::gpu({"-o", "prometheus"}, with("gpu\n")).out;
  CHECK(page.contains("llmgw_gpu_up"));
  CHECK_FALSE(page.contains("llmgw_gpu_clock_event"));
  CHECK_FALSE(page.contains("llmgw_gpu_process_memory_bytes"));
  CHECK_FALSE(page.contains("00000000001"));  // 57 % is 0.57
}

TEST_CASE("a variable that leaves no GPU is told", "[cli][gpu]") {
  program::Surroundings around;
  around.variables = {{"CUDA_VISIBLE_DEVICES", "9"}};
  CHECK(fake::gpu({"--only-visible"}, with(fake_nvml::one_l4), around)
            .out.contains("note: CUDA_VISIBLE_DEVICES=9 leaves none of 1 GPUs"));
}

TEST_CASE("without any source the reasons are told and the exit is 5", "[cli][gpu]") {
  const auto ran = fake::gpu({}, {});
  CHECK(ran.code == 5);
  CHECK(ran.out.empty());
  CHECK(ran.err.contains("NVML: no library; nvidia-smi: no such program; amdgpu: no AMD GPU"));
  const auto mismatch = fake::gpu({"--source", "nvml"}, with("init 18\ngpu\n"));
  CHECK(mismatch.code == 5);
  CHECK(mismatch.err.contains("the driver and its library have different versions"));
  CHECK(mismatch.err.contains("try: reboot"));
}

TEST_CASE("what is wrong on the command line is a usage error", "[cli][gpu]") {
  const auto words = GENERATE(
      std::vector<std::string>{"--source", "nvlm"}, std::vector<std::string>{"--source", "ssh:"},
      std::vector<std::string>{"--watch", "0s"}, std::vector<std::string>{"--host", "-oProxyCommand=x"},
      std::vector<std::string>{"health", "--warn", "temp>1"}, std::vector<std::string>{"pick", "--min-free", "much"});
  CHECK(fake::gpu(words, with(fake_nvml::one_l4)).code == 2);
}

TEST_CASE("nvidia-smi is asked with fewer fields until it accepts them", "[cli][gpu]") {
  int refused = 0;
  fake::Facts facts{.files = fake::host_files};
  facts.program = [&refused](const std::vector<std::string>& words) -> Result<gpu::smi::Answer> {
    if (words[1].starts_with("--query-compute-apps"))
      return gpu::smi::Answer{.exit = 0, .out = "GPU-x, 4242, 500, p\n", .err = {}};
    if (words[1] == "--version") return gpu::smi::Answer{.exit = 0, .out = "CUDA Version : 11.4\n", .err = {}};
    if (words[1].contains("pstate") && !words[1].contains("throttle") && !words[1].contains("event")) {
      return gpu::smi::Answer{
          .exit = 0,
          .out = "0, GPU-x, Tesla K80, 0:1:0, 470.1, 11441, 500, 10941, [N/A], 40, 60.5, 500, 2505, P0\n",
          .err = {}};
    }
    ++refused;
    return gpu::smi::Answer{.exit = 2, .out = "Field \"x\" is not a valid field to query.\n", .err = {}};
  };
  const auto ran = fake::gpu({}, facts);
  CHECK(ran.code == 0);
  CHECK(refused == 3);
  CHECK(ran.out.contains("CUDA 11.4"));
  CHECK(lines(ran.out).at(2) == " 0  Tesla K80     -  500/11441   40C   60/-  500    -    -     -      1");
}

TEST_CASE("hosts behind ssh are asked with fixed words, and one that fails makes it partial", "[cli][gpu]") {
  fake::Facts facts;
  facts.program = [](const std::vector<std::string>& words) -> Result<gpu::smi::Answer> {
    if (words[0] != "ssh" || words[1] != "-oBatchMode=yes" || words[5] != "nvidia-smi") {
      return fail(Errc::internal, "other words");
    }
    if (words[4] == "b") return gpu::smi::Answer{.exit = 255, .out = {}, .err = "ssh: connect to host b: refused\n"};
    if (words[6].starts_with("--query-compute")) return gpu::smi::Answer{};
    std::string line;
    for (const char c : words[6]) {
      if (c == ',') line += "1, ";
    }
    return gpu::smi::Answer{.exit = 0, .out = line + "0x0\n", .err = {}};
  };
  const auto ran = fake::gpu({"--host", "a", "--host", "b"}, facts);
  CHECK(ran.code == 11);
  CHECK(ran.out.starts_with("a  ssh  driver 1"));
  CHECK(ran.err.contains("b: ssh: connect to host b: refused"));
  CHECK(ran.err.contains("try: ssh b by hand, which tells more"));
}

TEST_CASE("GPUs are chosen by number, UUID and what CUDA allows", "[cli][gpu]") {
  CHECK(lines(fake::gpu({"--id", "2,GPU-00000005"}, with(fake_nvml::eight_b200)).out).size() == 4);
  program::Surroundings around;
  around.variables = {{"CUDA_VISIBLE_DEVICES", "3"}};
  CHECK(lines(fake::gpu({"--only-visible"}, with(fake_nvml::eight_b200), around).out).at(2).starts_with(" 3 "));
  const auto ran = fake::gpu({"--id", "9", "--source", "nvml"}, with(fake_nvml::one_l4));
  CHECK(ran.err.contains("no GPU '9' on gx-01"));
}

TEST_CASE("lists, processes and links have tables of their own", "[cli][gpu]") {
  CHECK(fake::gpu({"list"}, with(fake_nvml::divided_a100)).out.contains("MIG-bbbbbbbb-1111-2222-3333-444455556666"));
  const auto procs = lines(fake::gpu({"procs"}, with(fake_nvml::one_l4)).out);
  CHECK(procs.at(1) == "GPU   PID  USER  TYPE     MEM MiB   SM  CONTAINER  COMMAND");
  CHECK(procs.at(2) == "  0  4242  ada   compute     1000  35%  none       vllm serve m");
  CHECK(lines(fake::gpu({"procs", "--user", "eve"}, with(fake_nvml::one_l4)).out).size() == 2);
  const auto topo = lines(fake::gpu({"topo"}, with(fake_nvml::eight_b200)).out);
  REQUIRE(topo.size() == 9);
  CHECK(topo[1].starts_with("GPU0       X  NV18  NV18"));
  auto near = with(fake_nvml::one_h200);
  near.files["/sys/bus/pci/devices/0000:00:06.0/local_cpulist"] = "0-15\n";
  near.files["/sys/bus/pci/devices/0000:00:06.0/numa_node"] = "-1\n";
  CHECK(fake::gpu({"topo"}, near).out == "        GPU0  NUMA  CPUS\nGPU0       X     -  0-15\n");
  CHECK(fake::gpu({"topo", "--source", "dcgm:http://x"}, near).code == 2);
}

TEST_CASE("the state of the GPUs decides the exit", "[cli][gpu]") {
  const auto [scenario, words, code] = GENERATE(table<std::string, std::vector<std::string>, int>({
      {"gpu\n", {}, 0},
      {"gpu\npersistence 0\n", {}, 10},
      {"gpu\npersistence 0\n", {"--fail-on", "crit"}, 0},
      {"gpu\necc 0 3\n", {"--fail-on", "crit"}, 10},
      {"gpu\n", {"--warn", "temp.gpu_c>50"}, 10},
      {"gpu\n", {"--warn", "fan.percent>50"}, 12},
      {"gpu\nfail nvmlDeviceGetHandleByIndex_v2 4\n", {}, 12},
      {"gpu\n", {"-o", "nagios"}, 0},
      {"gpu\npersistence 0\n", {"-o", "nagios"}, 1},
      {"gpu\nrecovery 1\n", {"-o", "nagios"}, 2},
      {"init 9\n", {"-o", "nagios"}, 3},
      {"init 9\n", {}, 5},
  }));
  CAPTURE(scenario, words);
  auto all = words;
  all.insert(all.begin(), "health");
  CHECK(fake::gpu(all, with(scenario.c_str())).code == code);
}

TEST_CASE("a healthy card under full load is well", "[cli][gpu]") {
  auto facts = with(fake_nvml::one_h200);
  facts.kernel_log = "6,1,5,-;nvidia: loading\n";
  const auto ran = fake::gpu({"health", "-o", "wide"}, facts);
  CHECK(ran.code == 0);
  CHECK(ran.out.contains("11 of 12 checks could be made"));  // a card that is passed through shows no NVLink
  CHECK(ran.out.contains("power         692 W of 700 W at 1455 MHz of 1980 MHz: at the limit it comes with"));
  CHECK(ran.out.contains("xid           no Xid was logged"));
}

TEST_CASE("status is a plugin, too, and a wrong command line is unknown to a monitoring system", "[cli][gpu]") {
  const auto [words, code, says] = GENERATE(table<std::vector<std::string>, int, std::string>({
      {{"status", "-o", "nagios"}, 0, "LLMGW OK - 1 GPU well |"},
      {{"status", "-o", "nagios", "--warn", "temp.gpu_c>50"}, 1, "LLMGW WARNING - gx-01 GPU 0 temp.gpu_c>50"},
      {{"status", "-onagios", "--crit", "temp.gpu_c>50"}, 2, "LLMGW CRITICAL"},
      {{"health", "--output=nagios", "--nonsense"}, 3, "LLMGW UNKNOWN - "},
      {{"health", "-o", "nagios", "--warn", "temp>1"}, 3, "LLMGW UNKNOWN - 'temp' is no figure of a GPU"},
      {{"status", "-o", "nagios", "--source", "smi"}, 3, "LLMGW UNKNOWN - nvidia-smi: no such program"},
      {{"health", "-o=nagios", "--help"}, 3, ""},
  }));
  CAPTURE(words);
  const auto ran = fake::gpu(words, with(fake_nvml::one_l4));
  CHECK(ran.code == code);
  CHECK(ran.out.starts_with(says));
}

TEST_CASE("the host has been up for seconds, minutes, hours or days", "[cli][gpu]") {
  const auto [seconds, says] = GENERATE(table<std::string, std::string>(
      {{"31.98 1", "up 31 s"}, {"70.8 1", "up 1 min"}, {"7300 1", "up 2 h 1 min"}, {"93784.5 1", "up 1 d 2 h"}}));
  auto facts = with(fake_nvml::one_l4);
  facts.files["/proc/uptime"] = seconds;
  CHECK(lines(fake::gpu({}, facts).out).at(0).ends_with(says));
}

TEST_CASE("what is not well is told with what to do", "[cli][gpu]") {
  auto facts = with("gpu\ntemp 80\n");
  facts.kernel_log = "4,1,5000000,-;NVRM: Xid (PCI:0000:1b:00): 79, GPU has fallen off the bus.\n";
  const auto ran = fake::gpu({"health", "--sample", "0"}, facts);
  CHECK(ran.code == 10);
  CHECK(ran.out.contains("crit    xid           Xid 79: the GPU fell off the bus"));
  CHECK(ran.out.contains("warn    temperature   80 C; the clocks fall at 82 C"));
  CHECK(ran.out.contains("try: look at the cooling"));
  CHECK_FALSE(ran.out.contains("persistence"));
  CHECK(fake::gpu({"health", "-o", "wide"}, facts).out.contains("ok      persistence   on"));
}

TEST_CASE("monitoring systems get one line with performance data", "[cli][gpu]") {
  CHECK(fake::gpu({"health", "-o", "nagios"}, with(fake_nvml::one_l4)).out ==
        "LLMGW OK - 1 GPU well | 'gpu0_util'=37%;;;0;100 'gpu0_mem'=1073741824B;;;0;24152899584 'gpu0_temp'=58;;;0;87 "
        "'gpu0_power'=41.25;;;0;72\n");
  const auto lost = fake::gpu({"health", "-o", "nagios"}, with(fake_nvml::one_of_eight_h100_lost));
  CHECK(lost.out.starts_with("LLMGW CRITICAL - gx-01 GPU 3 the GPU is lost: it fell off the bus |"));
}

TEST_CASE("the emptiest GPUs are picked by UUID", "[cli][gpu]") {
  const auto ran = fake::gpu({"pick", "--count", "2"}, with("gpu\nused 5000000000\ngpu\ngpu\nused 0\n"));
  CHECK(ran.code == 0);
  CHECK(ran.out ==
        "CUDA_VISIBLE_DEVICES=GPU-00000002-1111-2222-3333-444455556666,GPU-00000001-1111-2222-3333-444455556666\n");
  CHECK(fake::gpu({"pick", "-o", "index"}, with("gpu\ngpu\nused 0\n")).out == "1\n");
  const auto none = fake::gpu({"pick", "--min-free", "20GiB", "--count", "9"}, with(fake_nvml::one_l4));
  CHECK(none.code == 5);
  CHECK(none.err.contains("1 of 9 GPUs meet the need"));
}

TEST_CASE("a recording plays back what was seen", "[cli][gpu]") {
  const fake::TemporaryFile file("llmgw-gpu-test-");
  const auto scenario = GENERATE(fake_nvml::one_l4, fake_nvml::eight_b200, fake_nvml::one_of_eight_h100_lost,
                                 fake_nvml::divided_a100, fake_nvml::unified_gb10);
  const auto recorded = fake::gpu({"record", file.path()}, with(scenario));
  CHECK(recorded.code == 0);
  CHECK(recorded.err.starts_with("1 reading in "));
  for (const auto* command : {"status", "list", "procs"}) {
    CHECK(fake::gpu({command, "--source", "file:" + file.path()}, {}).out == fake::gpu({command}, with(scenario)).out);
  }
  const auto first = fake::gpu({"-o", "jsonl", "--source", "file:" + file.path()}, {});
  REQUIRE(write_file(file.path(), first.out, FileMode::shared));
  CHECK(fake::gpu({"-o", "jsonl", "--source", "file:" + file.path()}, {}).out == first.out);
}

TEST_CASE("a file that is no recording is refused with its line", "[cli][gpu]") {
  const fake::TemporaryFile file("llmgw-gpu-bad-");
  REQUIRE(write_file(file.path(), "{}\n", FileMode::shared));
  const auto ran = fake::gpu({"--source", "file:" + file.path()}, {});
  CHECK(ran.code == 3);
  CHECK(ran.err.contains(file.path() + ":1: not a recording"));
}

TEST_CASE("pages of exporters are sources, and one that is none is told", "[cli][gpu]") {
  fake::Room room;
  program::Surroundings around;
  around.run_client = [&room](const net::ClientWork& work) { return room.run(work); };
  around.open_machine = [](const Env&) { return std::make_unique<fake::Machine>(fake::Facts{}); };
  room.replies = {{.status = 200, .pieces = {"DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-a\",Hostname=\"n\"} 55\n"}}};
  const auto ran = program::run({"gpu", "--source", "dcgm:http://127.0.0.1:9400/metrics"}, around);
  CHECK(ran.code == 0);
  CHECK(ran.out.contains("n  dcgm\n"));
  CHECK(ran.out.contains(" 55% "));
  REQUIRE(room.requests.size() == 1);
  CHECK(room.requests[0].message.target == "/metrics");
  room.replies = {{.status = 404, .pieces = {"no"}}};
  CHECK(program::run({"gpu", "--source", "exporter:http://127.0.0.1:1"}, around).code == 5);
}

TEST_CASE("the schema names every figure", "[cli][gpu]") {
  const auto ran = fake::gpu({"--schema"}, {});
  CHECK(ran.code == 0);
  const auto view = json::parse(ran.out);
  REQUIRE(view);
  const auto gpu = (*view)["properties"]["gpus"]["items"]["properties"];
  for (const auto& row : gpu::fields()) {
    CAPTURE(row.path);
    const auto dot = row.path.find('.');
    CHECK(gpu[row.path.substr(0, dot)]["properties"][row.path.substr(dot + 1)]["type"].is_array());
  }
  CHECK(lines(fake::gpu({"health", "--list-checks"}, {}).out).size() == gpu::checks().size());
}

}  // namespace gpu_test
