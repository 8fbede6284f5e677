#include "core/gpu/pages.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace gpu_pages_test {

using namespace llmgw;
using namespace llmgw::gpu;

Result<std::vector<Snapshot>> read(const std::string& text) { return pages::read(metrics::Exposition::parse(text)); }

TEST_CASE("DCGM's page comes out in our units, whichever way it spells the host", "[gpu]") {
  const auto host = GENERATE(std::string("hostname"), std::string("Hostname"));
  const auto labels =
      "{gpu=\"1\",UUID=\"GPU-b\",pci_bus_id=\"00000000:1C:00.0\",device=\"nvidia1\",modelName=\"NVIDIA H100\"," + host +
      "=\"node-1\",DCGM_FI_DRIVER_VERSION=\"550.54\"} ";
  const auto all =
      read("# TYPE DCGM_FI_DEV_FB_USED gauge\nDCGM_FI_DEV_FB_USED" + labels + "70000\nDCGM_FI_DEV_FB_FREE" + labels +
           "10000\nDCGM_FI_DEV_FB_RESERVED" + labels + "559\nDCGM_FI_DEV_GPU_UTIL" + labels +
           "97\nDCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION" + labels + "5000\nDCGM_FI_PROF_PIPE_TENSOR_ACTIVE" + labels +
           "0.25\nDCGM_FI_DEV_XID_ERRORS" + labels + "79\nDCGM_FI_DEV_MEMORY_TEMP" + labels +
           "9223372036854775794\nDCGM_FI_DEV_ECC_DBE_VOL_TOTAL" + labels + "2147483632\n");
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().host == "node-1");
  CHECK(*all->front().driver == "550.54");
  const auto& gpu = all->front().gpus.at(0);
  CHECK(gpu.index == 1);
  CHECK(*gpu[Label::uuid] == "GPU-b");
  CHECK(*gpu[Field::mem_total] == (70000.0 + 10000 + 559) * 1024 * 1024);
  CHECK(*gpu[Field::energy] == 5);
  CHECK(*gpu[Field::util_tensor] == 25);
  CHECK(*gpu[Field::xid_last] == 79);
  CHECK(gpu[Field::temp_mem].why == "the exporter has no value for it");
  CHECK_FALSE(gpu[Field::ecc_uncorrected]);
  CHECK_FALSE(gpu[Field::power]);
}

std::string golden(const std::string& name) {
  std::ifstream in(LLMGW_SOURCE_DIR "/tests/golden/gpu/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// 4.9 renamed its figures and gave them base units: hertz, joules, bytes, shares of 1.
TEST_CASE("a page of DCGM's exporter tells the same figures before and after its renaming", "[gpu]") {
  const auto page = GENERATE(std::string("dcgm-exporter-4.8.prom"), std::string("dcgm-exporter-4.9.prom"));
  CAPTURE(page);
  const auto all = read(golden(page));
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().host == "node-1");
  CHECK(*all->front().driver == "570.195.03");
  REQUIRE(all->front().gpus.size() == 2);
  const auto& busy = all->front().gpus.at(0);
  constexpr double mib = 1024 * 1024;
  CHECK(busy[Label::bus_id] == "00000000:8D:00.0");
  CHECK(*busy[Field::mem_used] == 70012 * mib);
  CHECK(*busy[Field::mem_free] == 11000 * mib);
  CHECK(*busy[Field::mem_total] == 81559 * mib);
  CHECK(*busy[Field::util_gpu] == 97);
  CHECK(*busy[Field::util_mem] == 41);
  CHECK(*busy[Field::util_tensor] == 25);
  CHECK(*busy[Field::temp_gpu] == 61);
  CHECK(*busy[Field::temp_mem] == 52);
  CHECK(*busy[Field::power] == 402.514);
  CHECK(static_cast<int>(*busy[Field::energy]) == 5123456);
  CHECK(std::lround(*busy[Field::clock_sm]) == 1980);
  CHECK(std::lround(*busy[Field::clock_mem]) == 2619);
  CHECK(*busy[Field::xid_last] == 0);
  const auto& lost = all->front().gpus.at(1);
  CHECK(*lost[Field::xid_last] == 79);
  CHECK(*lost[Field::pcie_replays] == 3);
  CHECK(*lost[Field::remap_correctable] == 2);
  CHECK(*lost[Field::remap_uncorrectable] == 1);
  CHECK(*lost[Field::remap_failed] == 0);
}

TEST_CASE("a figure that DCGM's page has under both names is counted once", "[gpu]") {
  const std::string part = "{gpu=\"0\",UUID=\"GPU-a\",GPU_I_PROFILE=\"1g.23gb\",GPU_I_ID=\"7\",hostname=\"n\"} ";
  const auto all =
      read("DCGM_FI_DEV_FB_USED" + part + "1\nDCGM_FI_DEV_FB_FREE" + part + "3\nDCGM_FI_DEV_FB_USED_BYTES" + part +
           "1048576\nDCGM_FI_DEV_FB_FREE_BYTES" + part + "3145728\n");
  const auto& gpu = all->at(0).gpus.at(0);
  REQUIRE(gpu.mig->size() == 1);
  CHECK(*gpu.mig->at(0).mem_used_b == 1048576);
  CHECK(*gpu.mig->at(0).mem_total_b == 4194304);
}

TEST_CASE("DCGM's parts of a divided GPU are parts, not the GPU", "[gpu]") {
  const std::string part = "{gpu=\"0\",UUID=\"GPU-a\",GPU_I_PROFILE=\"1g.23gb\",GPU_I_ID=\"7\",Hostname=\"n\"} ";
  const auto all = read("DCGM_FI_DEV_FB_USED" + part + "100\nDCGM_FI_DEV_FB_FREE" + part +
                        "300\nDCGM_FI_DEV_GPU_TEMP{gpu=\"0\",UUID=\"GPU-a\",Hostname=\"n\"} 40\n");
  const auto& gpu = all->at(0).gpus.at(0);
  CHECK(*gpu[Field::temp_gpu] == 40);
  CHECK_FALSE(gpu[Field::mem_used]);
  REQUIRE(gpu.mig->size() == 1);
  CHECK(*gpu.mig->at(0).name == "1g.23gb");
  CHECK(*gpu.mig->at(0).mem_total_b == 400.0 * 1024 * 1024);
}

TEST_CASE("nvitop's page has processes with their users", "[gpu]") {
  const std::string gpu_labels = "hostname=\"n\",index=\"0\",devicename=\"NVIDIA A100\",uuid=\"GPU-a\"";
  const auto all = read("gpu_memory_total_MiB{" + gpu_labels + "} 1000\ngpu_memory_used_MiB{" + gpu_labels +
                        "} 400\ngpu_power_usage_W{" + gpu_labels + "} 1000.5\nprocess_gpu_memory_MiB{" + gpu_labels +
                        ",pid=\"77\",username=\"ada\"} 390\nprocess_gpu_sm_utilization_Percentage{" + gpu_labels +
                        ",pid=\"77\",username=\"ada\"} 55\n");
  const auto& gpu = all->at(0).gpus.at(0);
  CHECK(*gpu[Label::name] == "NVIDIA A100");
  CHECK(*gpu[Field::mem_free] == 600.0 * 1024 * 1024);
  CHECK(*gpu[Field::power] == 1000.5);
  REQUIRE(gpu.procs->size() == 1);
  CHECK(gpu.procs->at(0).pid == 77);
  CHECK(*gpu.procs->at(0).user == "ada");
  CHECK(*gpu.procs->at(0).sm == 55);
}

TEST_CASE("all-smi's page may tell of several hosts", "[gpu]") {
  const auto all = read(
      "all_smi_gpu_utilization{gpu=\"NVIDIA H200\",instance=\"node-1\",uuid=\"GPU-1\",index=\"0\"} 25.5\n"
      "all_smi_gpu_utilization{gpu=\"NVIDIA H200\",instance=\"node-2\",gpu_uuid=\"GPU-2\",gpu_index=\"0\"} 0\n");
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(*all->at(0).gpus.at(0)[Field::util_gpu] == 25.5);
  CHECK(all->at(1).host == "node-2");
  CHECK(*all->at(1).gpus.at(0)[Field::util_gpu] == 0);
}

TEST_CASE("node_exporter tells of the host's memory", "[gpu]") {
  const auto all = read(
      "node_memory_MemTotal_bytes 1e12\nnode_memory_MemAvailable_bytes 5e11\n"
      "node_uname_info{nodename=\"n\",release=\"6.1\"} 1\n");
  REQUIRE(all);
  CHECK(all->at(0).host == "n");
  CHECK(*all->at(0).host_mem_free_b == 5e11);
  CHECK(all->at(0).gpus.empty());
}

TEST_CASE("a page without GPUs is refused", "[gpu]") {
  const auto all = read("vllm:num_requests_running 3\n");
  REQUIRE_FALSE(all);
  CHECK(all.error().code == Errc::not_found);
}

}  // namespace gpu_pages_test
