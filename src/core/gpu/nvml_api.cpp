#include "core/gpu/nvml_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace llmgw::gpu::nvml {
namespace api_table {

/// Puts the address of a function into its member.
using Place = void (*)(Api&, void*);

template <auto Member>
void put(Api& api, void* address) {
  static_assert(sizeof(api.*Member) == sizeof(address));
  std::memcpy(&(api.*Member), &address, sizeof(address));  // POSIX lets dlsym's pointer be a function's
}

struct Row {
  Place place;
  const char* name;
  bool Api::*note = nullptr;  ///< set when this version was taken
};

// Versions of one function stand together, the newest first: the first that the library has is taken.
constexpr std::array rows{
    Row{put<&Api::init>, "nvmlInit_v2"},
    Row{put<&Api::init>, "nvmlInit"},
    Row{put<&Api::shutdown>, "nvmlShutdown"},
    Row{put<&Api::device_count>, "nvmlDeviceGetCount_v2"},
    Row{put<&Api::device_count>, "nvmlDeviceGetCount"},
    Row{put<&Api::device_by_index>, "nvmlDeviceGetHandleByIndex_v2"},
    Row{put<&Api::device_by_index>, "nvmlDeviceGetHandleByIndex"},
    Row{put<&Api::error_string>, "nvmlErrorString"},
    Row{put<&Api::driver_version>, "nvmlSystemGetDriverVersion"},
    Row{put<&Api::cuda_version>, "nvmlSystemGetCudaDriverVersion_v2"},
    Row{put<&Api::cuda_version>, "nvmlSystemGetCudaDriverVersion"},
    Row{put<&Api::name>, "nvmlDeviceGetName"},
    Row{put<&Api::uuid>, "nvmlDeviceGetUUID"},
    Row{put<&Api::serial>, "nvmlDeviceGetSerial"},
    Row{put<&Api::pci_info>, "nvmlDeviceGetPciInfo_v3", &Api::pci_v3},
    Row{put<&Api::pci_info>, "nvmlDeviceGetPciInfo_v2"},
    Row{put<&Api::architecture>, "nvmlDeviceGetArchitecture"},
    Row{put<&Api::compute_capability>, "nvmlDeviceGetCudaComputeCapability"},
    Row{put<&Api::memory2>, "nvmlDeviceGetMemoryInfo_v2"},
    Row{put<&Api::memory1>, "nvmlDeviceGetMemoryInfo"},
    Row{put<&Api::utilization>, "nvmlDeviceGetUtilizationRates"},
    Row{put<&Api::temperature_v>, "nvmlDeviceGetTemperatureV"},
    Row{put<&Api::temperature1>, "nvmlDeviceGetTemperature"},
    Row{put<&Api::temperature_threshold>, "nvmlDeviceGetTemperatureThreshold"},
    Row{put<&Api::temperature_margin>, "nvmlDeviceGetMarginTemperature"},
    Row{put<&Api::power>, "nvmlDeviceGetPowerUsage"},
    Row{put<&Api::power_limit>, "nvmlDeviceGetEnforcedPowerLimit"},
    Row{put<&Api::power_limit>, "nvmlDeviceGetPowerManagementLimit"},
    Row{put<&Api::power_default_limit>, "nvmlDeviceGetPowerManagementDefaultLimit"},
    Row{put<&Api::power_limits>, "nvmlDeviceGetPowerManagementLimitConstraints"},
    Row{put<&Api::energy>, "nvmlDeviceGetTotalEnergyConsumption"},
    Row{put<&Api::clock>, "nvmlDeviceGetClockInfo"},
    Row{put<&Api::max_clock>, "nvmlDeviceGetMaxClockInfo"},
    Row{put<&Api::pstate>, "nvmlDeviceGetPerformanceState"},
    Row{put<&Api::event_reasons>, "nvmlDeviceGetCurrentClocksEventReasons"},
    Row{put<&Api::event_reasons>, "nvmlDeviceGetCurrentClocksThrottleReasons"},
    Row{put<&Api::fan>, "nvmlDeviceGetFanSpeed"},
    Row{put<&Api::pcie_gen>, "nvmlDeviceGetCurrPcieLinkGeneration"},
    Row{put<&Api::pcie_gen_max>, "nvmlDeviceGetMaxPcieLinkGeneration"},
    Row{put<&Api::pcie_width>, "nvmlDeviceGetCurrPcieLinkWidth"},
    Row{put<&Api::pcie_width_max>, "nvmlDeviceGetMaxPcieLinkWidth"},
    Row{put<&Api::pcie_replays>, "nvmlDeviceGetPcieReplayCounter"},
    Row{put<&Api::pcie_throughput>, "nvmlDeviceGetPcieThroughput"},
    Row{put<&Api::ecc_errors>, "nvmlDeviceGetTotalEccErrors"},
    Row{put<&Api::remapped_rows>, "nvmlDeviceGetRemappedRows"},
    Row{put<&Api::mig_mode>, "nvmlDeviceGetMigMode"},
    Row{put<&Api::mig_count>, "nvmlDeviceGetMaxMigDeviceCount"},
    Row{put<&Api::mig_by_index>, "nvmlDeviceGetMigDeviceHandleByIndex"},
    Row{put<&Api::gpu_instance>, "nvmlDeviceGetGpuInstanceId"},
    Row{put<&Api::compute_instance>, "nvmlDeviceGetComputeInstanceId"},
    Row{put<&Api::nvlink_state>, "nvmlDeviceGetNvLinkState"},
    Row{put<&Api::field_values>, "nvmlDeviceGetFieldValues"},
    Row{put<&Api::persistence>, "nvmlDeviceGetPersistenceMode"},
    Row{put<&Api::addressing>, "nvmlDeviceGetAddressingMode"},
    Row{put<&Api::compute_processes>, "nvmlDeviceGetComputeRunningProcesses_v3"},
    Row{put<&Api::compute_processes>, "nvmlDeviceGetComputeRunningProcesses_v2"},
    Row{put<&Api::compute_processes>, "nvmlDeviceGetComputeRunningProcesses", &Api::compute_v1},
    Row{put<&Api::graphics_processes>, "nvmlDeviceGetGraphicsRunningProcesses_v3"},
    Row{put<&Api::graphics_processes>, "nvmlDeviceGetGraphicsRunningProcesses_v2"},
    Row{put<&Api::graphics_processes>, "nvmlDeviceGetGraphicsRunningProcesses", &Api::graphics_v1},
    Row{put<&Api::mps_processes>, "nvmlDeviceGetMPSComputeRunningProcesses_v3"},
    Row{put<&Api::mps_processes>, "nvmlDeviceGetMPSComputeRunningProcesses_v2"},
    Row{put<&Api::mps_processes>, "nvmlDeviceGetMPSComputeRunningProcesses", &Api::mps_v1},
    Row{put<&Api::process_samples>, "nvmlDeviceGetProcessUtilization"},
    Row{put<&Api::common_ancestor>, "nvmlDeviceGetTopologyCommonAncestor"},
    Row{put<&Api::p2p_status>, "nvmlDeviceGetP2PStatus"},
};

constexpr auto names = [] {
  std::array<std::string_view, rows.size()> all{};
  std::ranges::transform(rows, all.begin(), &Row::name);
  return all;
}();

}  // namespace api_table

std::span<const std::string_view> symbol_names() { return api_table::names; }

bool required(std::string_view symbol) {
  return symbol.starts_with("nvmlInit") || symbol.starts_with("nvmlDeviceGetCount") ||
         symbol.starts_with("nvmlDeviceGetHandleByIndex") || symbol == "nvmlErrorString";
}

Result<Api> resolve(const Symbols& symbols) {
  Api api;
  api_table::Place filled = nullptr;
  for (const auto& row : api_table::rows) {
    if (row.place == filled) continue;
    void* address = symbols.find(row.name);
    if (address == nullptr) continue;
    row.place(api, address);
    if (row.note != nullptr) api.*row.note = true;
    filled = row.place;
  }
  const char* missing = api.init == nullptr              ? "nvmlInit"
                        : api.device_count == nullptr    ? "nvmlDeviceGetCount"
                        : api.device_by_index == nullptr ? "nvmlDeviceGetHandleByIndex"
                        : api.error_string == nullptr    ? "nvmlErrorString"
                                                         : nullptr;
  if (missing != nullptr) {
    return fail(Errc::not_found, fmt::format("the library is not NVML: it has no {}", missing));
  }
  return api;
}

}  // namespace llmgw::gpu::nvml
