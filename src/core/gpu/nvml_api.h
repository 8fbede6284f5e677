#pragma once

#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/gpu/nvml_abi.h"

namespace llmgw::gpu::nvml {

/// A loaded library, or what a test puts in its place.
class Symbols {
 public:
  virtual ~Symbols() = default;
  /// The address of a function, or null when this library does not have it.
  [[nodiscard]] virtual void* find(const char* name) const = 0;
};

/// The functions that are used, each in the newest version that the library has; null where it has none. All but the
/// first six are optional: what cannot be asked is unknown, and nothing else suffers.
struct Api {
  Return (*init)() = nullptr;
  Return (*shutdown)() = nullptr;
  Return (*device_count)(unsigned*) = nullptr;
  Return (*device_by_index)(unsigned, Device*) = nullptr;
  const char* (*error_string)(Return) = nullptr;

  Return (*driver_version)(char*, unsigned) = nullptr;
  Return (*cuda_version)(int*) = nullptr;
  Return (*name)(Device, char*, unsigned) = nullptr;
  Return (*uuid)(Device, char*, unsigned) = nullptr;
  Return (*serial)(Device, char*, unsigned) = nullptr;
  Return (*pci_info)(Device, PciInfo*) = nullptr;
  Return (*architecture)(Device, unsigned*) = nullptr;
  Return (*compute_capability)(Device, int*, int*) = nullptr;
  Return (*memory1)(Device, Memory*) = nullptr;
  Return (*memory2)(Device, Memory2*) = nullptr;
  Return (*utilization)(Device, Utilization*) = nullptr;
  Return (*temperature1)(Device, int, unsigned*) = nullptr;
  Return (*temperature_v)(Device, Temperature*) = nullptr;
  Return (*temperature_threshold)(Device, int, unsigned*) = nullptr;
  Return (*temperature_margin)(Device, MarginTemperature*) = nullptr;
  Return (*power)(Device, unsigned*) = nullptr;
  Return (*power_limit)(Device, unsigned*) = nullptr;
  Return (*power_default_limit)(Device, unsigned*) = nullptr;
  Return (*power_limits)(Device, unsigned*, unsigned*) = nullptr;
  Return (*energy)(Device, unsigned long long*) = nullptr;
  Return (*clock)(Device, int, unsigned*) = nullptr;
  Return (*max_clock)(Device, int, unsigned*) = nullptr;
  Return (*pstate)(Device, int*) = nullptr;
  Return (*event_reasons)(Device, unsigned long long*) = nullptr;
  Return (*fan)(Device, unsigned*) = nullptr;
  Return (*pcie_gen)(Device, unsigned*) = nullptr;
  Return (*pcie_gen_max)(Device, unsigned*) = nullptr;
  Return (*pcie_width)(Device, unsigned*) = nullptr;
  Return (*pcie_width_max)(Device, unsigned*) = nullptr;
  Return (*pcie_replays)(Device, unsigned*) = nullptr;
  Return (*pcie_throughput)(Device, int, unsigned*) = nullptr;
  Return (*ecc_errors)(Device, int, int, unsigned long long*) = nullptr;
  Return (*remapped_rows)(Device, unsigned*, unsigned*, unsigned*, unsigned*) = nullptr;
  Return (*mig_mode)(Device, unsigned*, unsigned*) = nullptr;
  Return (*mig_count)(Device, unsigned*) = nullptr;
  Return (*mig_by_index)(Device, unsigned, Device*) = nullptr;
  Return (*gpu_instance)(Device, unsigned*) = nullptr;
  Return (*compute_instance)(Device, unsigned*) = nullptr;
  Return (*nvlink_state)(Device, unsigned, unsigned*) = nullptr;
  Return (*field_values)(Device, int, FieldValue*) = nullptr;
  Return (*persistence)(Device, unsigned*) = nullptr;
  Return (*addressing)(Device, AddressingMode*) = nullptr;
  Return (*compute_processes)(Device, unsigned*, void*) = nullptr;
  Return (*graphics_processes)(Device, unsigned*, void*) = nullptr;
  Return (*mps_processes)(Device, unsigned*, void*) = nullptr;
  Return (*process_samples)(Device, ProcessSample*, unsigned*, unsigned long long) = nullptr;
  Return (*common_ancestor)(Device, Device, int*) = nullptr;
  Return (*p2p_status)(Device, Device, int, int*) = nullptr;

  bool pci_v3 = false;       ///< `pci_info` fills the long bus id
  bool compute_v1 = false;   ///< `compute_processes` fills ProcessInfo1, as drivers before 450 do
  bool graphics_v1 = false;  ///< the same of `graphics_processes`
  bool mps_v1 = false;       ///< the same of `mps_processes`
};

/// Finds the functions. `not_found` error when one of those is missing without which nothing can be asked.
Result<Api> resolve(const Symbols& symbols);

/// Names of all functions that are looked for, newest version first, older ones behind it.
std::span<const std::string_view> symbol_names();
/// True for those without which nothing can be asked.
bool required(std::string_view symbol);

/// Asks: a function that the library does not have answers `function_not_found`.
template <class... Parameters, class... Arguments>
Return ask(Return (*function)(Parameters...), Arguments... arguments) {
  return function == nullptr ? function_not_found : function(arguments...);
}

}  // namespace llmgw::gpu::nvml
