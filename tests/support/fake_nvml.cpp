#include "support/fake_nvml.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/gpu/nvml_loader.h"

namespace fake_nvml {
namespace nvml_support {

class Hiding final : public llmgw::gpu::nvml::Symbols {
 public:
  Hiding(std::unique_ptr<Symbols> all, std::function<bool(std::string_view)> hidden)
      : all_(std::move(all)), hidden_(std::move(hidden)) {}
  [[nodiscard]] void* find(const char* name) const override {
    return hidden_ && hidden_(name) ? nullptr : all_->find(name);
  }

 private:
  std::unique_ptr<Symbols> all_;
  std::function<bool(std::string_view)> hidden_;
};

}  // namespace nvml_support

std::unique_ptr<llmgw::gpu::nvml::Symbols> load(const std::string& path, const std::string& scenario,
                                                std::function<bool(std::string_view)> hidden) {
  auto library = llmgw::gpu::nvml::load(llmgw::FixedEnv(llmgw::FixedEnv::Variables{{"LLMGW_NVML_LIB", path}}));
  if (!library) throw std::runtime_error(library.error().message);
  void* address = (*library)->find("fake_nvml_scenario");
  void (*set)(const char*) = nullptr;
  std::memcpy(&set, &address, sizeof(set));
  set(scenario.c_str());
  return std::make_unique<nvml_support::Hiding>(std::move(*library), std::move(hidden));
}

bool newer_than_470(std::string_view symbol) {
  constexpr std::array newer{"nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetTemperatureV", "nvmlDeviceGetAddressingMode",
                             "nvmlDeviceGetCurrentClocksEventReasons"};
  return symbol.ends_with("RunningProcesses_v3") || std::ranges::find(newer, symbol) != newer.end();
}

const char* const one_l4 =
    "gpu\n"
    "process compute 4242 1048576000 35\n";

namespace nvml_support {

std::string repeated(const std::string& gpu, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += gpu;
  return all;
}

// 180 GB, 1,000 W and 18 NVLinks, as NVIDIA's mock of a DGX B200 has them (github.com/NVIDIA/go-nvml).
const std::string b200 =
    "gpu\nname NVIDIA B200\narch 10\ncapability 10.0\ntotal 192265846784\nreserved 629145600\nused 191000000000\n"
    "util 100\nmemutil 67\ntemp 75\nmemtemp 82\npower 1000000\nlimit 1000000\nmaxlimit 1000000\nsm 1965\nsmmax 1965\n"
    "mem 3996\nmemmax 3996\ngen 5\ngenmax 5\nreasons 4\nlinks 18\nup 18\nlinktx 5\nlinkrx 7\n"
    "process compute 1001 95000000000 99\nprocess compute 1002 95000000000 98\n";
const std::string h100 =
    "gpu\nname NVIDIA H100 80GB HBM3\narch 9\ncapability 9.0\ntotal 85520809984\nused 70000000000\nutil 90\n"
    "power 690000\nlimit 700000\nmaxlimit 700000\nsm 1755\nsmmax 1980\ngen 5\ngenmax 5\nlinks 18\nup 18\n";
const std::string eight_b200_text = repeated(b200, 8);
const std::string h100_text = repeated(h100, 8) + "fail nvmlDeviceGetHandleByIndex_v2 15 3\n";

}  // namespace nvml_support

const char* const eight_b200 = nvml_support::eight_b200_text.c_str();
const char* const one_of_eight_h100_lost = nvml_support::h100_text.c_str();

const char* const one_h200 =
    "driver 580.95.05\ncuda 13000\n"
    "gpu\nname NVIDIA H200\narch 9\ncapability 9.0\nbus 00000000:00:06.0\ntotal 150754820096\nreserved 644939776\n"
    "used 9744220160\nutil 100\nmemutil 25\ntemp 58\nmemtemp 47\nslowdown 89\nshutdown 95\nmargin 29\npower 691930\n"
    "limit 700000\ndefaultlimit 700000\nmaxlimit 700000\nenergy 8810420\nsm 1455\nsmmax 1980\nmem 3201\nmemmax 3201\n"
    "reasons 4\ngen 5\ngenmax 5\npcietx 6132\npcierx 13748\n"
    "process compute 652 9734979584 99\n";

const char* const divided_a100 =
    "gpu\nname NVIDIA A100-SXM4-80GB\narch 7\ncapability 8.0\ntotal 85899345920\nmig 1\nlinks 12\nup 12\n"
    "fail nvmlDeviceGetUtilizationRates 3\n"
    "process compute 77 2147483648 0 1 0\n"
    "part\nuuid MIG-aaaaaaaa-1111-2222-3333-444455556666\nname NVIDIA A100-SXM4-80GB MIG 3g.40gb\ngi 1\n"
    "total 42949672960\nused 2147483648\nreserved 0\n"
    "part\nuuid MIG-bbbbbbbb-1111-2222-3333-444455556666\nname NVIDIA A100-SXM4-80GB MIG 1g.10gb\ngi 9\n"
    "total 10737418240\nused 0\nreserved 0\n";

const char* const unified_gb10 =
    "driver 580.95.05\ncuda 13000\ngpu\nname NVIDIA GB10\narch 10\ncapability 12.1\ntotal\nlimit\nmaxlimit\n"
    "fail nvmlDeviceGetPowerManagementLimit 3\n";

}  // namespace fake_nvml
