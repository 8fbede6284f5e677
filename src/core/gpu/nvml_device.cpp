#include "core/gpu/nvml_device.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "core/gpu/throttle.h"

namespace llmgw::gpu::nvml {
namespace nvml_device {

constexpr double milli = 1000;      ///< of these in one
constexpr unsigned text_size = 96;  // the longest of nvml.h: NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2

// nvml.h: nvmlClockType_t, nvmlTemperatureThresholds_t, nvmlMemoryErrorType_t, nvmlEccCounterType_t.
constexpr int clock_sm = 1;
constexpr int clock_memory = 2;
constexpr int threshold_shutdown = 0;
constexpr int threshold_slowdown = 1;
constexpr int corrected = 0;
constexpr int uncorrected = 1;
constexpr int since_driver_load = 0;
constexpr int unknown_pstate = 32;

/// Text of a buffer that the library need not have ended.
std::string bounded(const char* text, std::size_t size) { return {text, strnlen(text, size)}; }

std::string name_of_architecture(unsigned number) {
  constexpr std::array<std::string_view, 11> names{"",       "",       "Kepler", "Maxwell", "Pascal",   "Volta",
                                                   "Turing", "Ampere", "Ada",    "Hopper",  "Blackwell"};
  if (number < names.size() && !names[number].empty()) return std::string(names[number]);
  return fmt::format("architecture {}", number);
}

void read_bus_id(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  PciInfo pci{};
  if (const auto code = watch(ask(api.pci_info, device, &pci)); code != success) {
    gpu[Label::bus_id] = Text::unknown(reason_of(code));
    return;
  }
  gpu[Label::bus_id] =
      api.pci_v3 ? bounded(pci.bus_id, sizeof(pci.bus_id)) : bounded(pci.bus_id_legacy, sizeof(pci.bus_id_legacy));
}

Figure ecc(const Api& api, Device device, Watch& watch, int type) {
  return figure<unsigned long long>(watch, 1, api.ecc_errors, device, type, since_driver_load);
}

Figure temperature(const Api& api, Device device, Watch& watch) {
  constexpr int core_sensor = 0;
  Temperature asked{.version = version_word<Temperature>(1), .sensor = core_sensor, .celsius = 0};
  const auto code = watch(ask(api.temperature_v, device, &asked));
  if (code == success) return static_cast<double>(asked.celsius);
  return figure<unsigned>(watch, 1, api.temperature1, device, core_sensor);
}

}  // namespace nvml_device

Return Watch::operator()(Return code) {
  if (gpu_.presence != Presence::ok) return code;
  if (code == gpu_is_lost || code == reset_required) {
    gpu_.presence = code == gpu_is_lost ? Presence::lost : Presence::reset_required;
    gpu_.trouble = reason_of(code);
  }
  return code;
}

Text text(Watch& watch, Return (*function)(Device, char*, unsigned), Device device) {
  std::array<char, nvml_device::text_size> buffer{};
  const auto code = watch(ask(function, device, buffer.data(), nvml_device::text_size));
  if (code != success) return Text::unknown(reason_of(code));
  return nvml_device::bounded(buffer.data(), buffer.size());
}

void read_names(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  gpu[Label::name] = text(watch, api.name, device);
  gpu[Label::uuid] = text(watch, api.uuid, device);
  gpu[Label::serial] = text(watch, api.serial, device);
  nvml_device::read_bus_id(api, device, gpu, watch);
  unsigned number = 0;
  auto code = watch(ask(api.architecture, device, &number));
  gpu[Label::arch] = code == success ? Text(nvml_device::name_of_architecture(number)) : Text::unknown(reason_of(code));
  int major = 0;
  int minor = 0;
  code = watch(ask(api.compute_capability, device, &major, &minor));
  gpu[Label::compute_capability] =
      code == success ? Text(fmt::format("{}.{}", major, minor)) : Text::unknown(reason_of(code));
  gpu[Field::persistence] = figure<unsigned>(watch, 1, api.persistence, device);
}

void read_memory(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  constexpr std::uint32_t ats = 2;
  AddressingMode mode{.version = version_word<AddressingMode>(1), .value = 0};
  const auto mode_code = watch(ask(api.addressing, device, &mode));
  gpu[Label::addressing] = mode_code != success ? Text::unknown(reason_of(mode_code))
                           : mode.value == ats  ? Text("ATS")
                           : mode.value == 1    ? Text("HMM")
                                                : Text("none");
  // Version 2 tells what driver and firmware reserve apart from what programs use; version 1 adds them up (nvml.h).
  Memory2 memory{.version = version_word<Memory2>(2), .total = 0, .reserved = 0, .free = 0, .used = 0};
  Memory old{};
  auto code = watch(ask(api.memory2, device, &memory));
  const bool newer = code == success;
  if (!newer) {
    code = watch(ask(api.memory1, device, &old));
    memory = {.version = 0, .total = old.total, .reserved = 0, .free = old.free, .used = old.used};
  }
  if (code == success && memory.total > 0) {
    gpu[Field::mem_total] = static_cast<double>(memory.total);
    gpu[Field::mem_used] = static_cast<double>(memory.used);
    gpu[Field::mem_free] = static_cast<double>(memory.free);
    gpu[Field::mem_reserved] = newer ? Figure(static_cast<double>(memory.reserved))
                                     : Figure::unknown("this driver adds what is reserved to what is used");
    gpu[Label::mem_kind] = mode_code == success && mode.value == ats ? "numa" : "dedicated";
    return;
  }
  // A GPU without memory of its own answers 3, or success and a total of 0.
  const bool none = code == not_supported || code == success;
  const auto why = none ? std::string("the GPU shares the memory of the host") : reason_of(code);
  for (const auto field : {Field::mem_total, Field::mem_used, Field::mem_free, Field::mem_reserved}) {
    gpu[field] = Figure::unknown(why);
  }
  gpu[Label::mem_kind] = none ? Text("unified") : Text::unknown(why);
}

void read_load(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  Utilization use{};
  if (const auto code = watch(ask(api.utilization, device, &use)); code != success) {
    gpu[Field::util_gpu] = Figure::unknown(reason_of(code));
    gpu[Field::util_mem] = Figure::unknown(reason_of(code));
  } else {
    gpu[Field::util_gpu] = use.gpu;
    gpu[Field::util_mem] = use.memory;
  }
  gpu[Field::util_tensor] = Figure::unknown("NVML does not measure it; DCGM's profiling metrics do");
  gpu[Field::clock_sm] = figure<unsigned>(watch, 1, api.clock, device, nvml_device::clock_sm);
  gpu[Field::clock_mem] = figure<unsigned>(watch, 1, api.clock, device, nvml_device::clock_memory);
  gpu[Field::clock_sm_max] = figure<unsigned>(watch, 1, api.max_clock, device, nvml_device::clock_sm);
  gpu[Field::clock_mem_max] = figure<unsigned>(watch, 1, api.max_clock, device, nvml_device::clock_memory);
  gpu[Field::fan] = figure<unsigned>(watch, 1, api.fan, device);
  int state = 0;
  auto code = watch(ask(api.pstate, device, &state));
  if (code == success && state == nvml_device::unknown_pstate) code = no_data;
  gpu[Label::pstate] = code == success ? Text(fmt::format("P{}", state)) : Text::unknown(reason_of(code));
  unsigned long long reasons = 0;
  code = watch(ask(api.event_reasons, device, &reasons));
  gpu.throttle = code == success ? Fact<std::vector<std::string>>(names_of_reasons(reasons))
                                 : Fact<std::vector<std::string>>::unknown(reason_of(code));
}

void read_power(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  using nvml_device::milli;
  gpu[Field::power] = figure<unsigned>(watch, milli, api.power, device);
  gpu[Field::power_limit] = figure<unsigned>(watch, milli, api.power_limit, device);
  gpu[Field::power_default_limit] = figure<unsigned>(watch, milli, api.power_default_limit, device);
  gpu[Field::energy] = figure<unsigned long long>(watch, milli, api.energy, device);
  unsigned least = 0;
  unsigned most = 0;
  const auto code = watch(ask(api.power_limits, device, &least, &most));
  gpu[Field::power_max_limit] = code == success ? Figure(most / milli) : Figure::unknown(reason_of(code));
  gpu[Field::temp_gpu] = nvml_device::temperature(api, device, watch);
  gpu[Field::temp_slowdown] =
      figure<unsigned>(watch, 1, api.temperature_threshold, device, nvml_device::threshold_slowdown);
  gpu[Field::temp_shutdown] =
      figure<unsigned>(watch, 1, api.temperature_threshold, device, nvml_device::threshold_shutdown);
  MarginTemperature margin{.version = version_word<MarginTemperature>(1), .celsius = 0};
  const auto told = watch(ask(api.temperature_margin, device, &margin));
  gpu[Field::temp_margin] = told == success ? Figure(margin.celsius) : Figure::unknown(reason_of(told));
}

void read_errors(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  gpu[Field::ecc_corrected] = nvml_device::ecc(api, device, watch, nvml_device::corrected);
  gpu[Field::ecc_uncorrected] = nvml_device::ecc(api, device, watch, nvml_device::uncorrected);
  unsigned correctable = 0;
  unsigned uncorrectable = 0;
  unsigned pending = 0;
  unsigned failed = 0;
  const auto code = watch(ask(api.remapped_rows, device, &correctable, &uncorrectable, &pending, &failed));
  const auto fact = [code](unsigned value) {
    return code == success ? Figure(value) : Figure::unknown(reason_of(code));
  };
  gpu[Field::remap_correctable] = fact(correctable);
  gpu[Field::remap_uncorrectable] = fact(uncorrectable);
  gpu[Field::remap_pending] = fact(pending);
  gpu[Field::remap_failed] = fact(failed);
  for (const auto field : {Field::xid_last, Field::xid_time}) {
    gpu[field] = Figure::unknown("NVML keeps no history of Xid errors; the kernel's log has them");
  }
}

void read_pcie(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  gpu[Field::pcie_gen] = figure<unsigned>(watch, 1, api.pcie_gen, device);
  gpu[Field::pcie_gen_max] = figure<unsigned>(watch, 1, api.pcie_gen_max, device);
  gpu[Field::pcie_width] = figure<unsigned>(watch, 1, api.pcie_width, device);
  gpu[Field::pcie_width_max] = figure<unsigned>(watch, 1, api.pcie_width_max, device);
  gpu[Field::pcie_replays] = figure<unsigned>(watch, 1, api.pcie_replays, device);
  gpu[Field::pcie_tx] = Figure::unknown("only measured with --pcie");
  gpu[Field::pcie_rx] = Figure::unknown("only measured with --pcie");
}

void read_pcie_traffic(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  constexpr double kilo = 1000;  // KB/s (nvml.h)
  gpu[Field::pcie_tx] = figure<unsigned>(watch, 1, api.pcie_throughput, device, 0);
  gpu[Field::pcie_rx] = figure<unsigned>(watch, 1, api.pcie_throughput, device, 1);
  for (const auto field : {Field::pcie_tx, Field::pcie_rx}) {
    if (gpu[field]) *gpu[field] *= kilo;
  }
}

}  // namespace llmgw::gpu::nvml
