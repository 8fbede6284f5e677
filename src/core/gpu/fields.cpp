#include "core/gpu/fields.h"

#include <algorithm>
#include <array>

namespace llmgw::gpu {
namespace field_table {

using enum Unit;

constexpr std::array rows{
    FieldRow{Field::mem_total, "mem.total_b", bytes, "memory_total_bytes", false, "memory"},
    FieldRow{Field::mem_used, "mem.used_b", bytes, "memory_used_bytes", false,
             "memory in use, without what is reserved"},
    FieldRow{Field::mem_reserved, "mem.reserved_b", bytes, "memory_reserved_bytes", false,
             "memory that driver and firmware keep"},
    FieldRow{Field::mem_free, "mem.free_b", bytes, "memory_free_bytes", false, "memory that can be had"},
    FieldRow{Field::util_gpu, "util.gpu", percent, "utilization_ratio", false, "time in which a kernel ran"},
    FieldRow{Field::util_mem, "util.mem", percent, "memory_utilization_ratio", false,
             "time in which memory was read or written"},
    FieldRow{Field::util_tensor, "util.tensor", percent, "tensor_active_ratio", false,
             "cycles in which tensor cores worked"},
    FieldRow{Field::temp_gpu, "temp.gpu_c", celsius, "temperature_celsius", false, "temperature"},
    FieldRow{Field::temp_mem, "temp.mem_c", celsius, "memory_temperature_celsius", false, "temperature of the memory"},
    FieldRow{Field::temp_slowdown, "temp.slowdown_c", celsius, "slowdown_temperature_celsius", false,
             "temperature at which the clocks fall"},
    FieldRow{Field::temp_shutdown, "temp.shutdown_c", celsius, "shutdown_temperature_celsius", false,
             "temperature at which the GPU turns itself off"},
    FieldRow{Field::temp_margin, "temp.margin_c", celsius, "temperature_margin_celsius", false,
             "degrees that are left to the highest temperature for full work"},
    FieldRow{Field::power, "power.w", watts, "power_watts", false, "power"},
    FieldRow{Field::power_limit, "power.limit_w", watts, "power_limit_watts", false, "power limit in force"},
    FieldRow{Field::power_default_limit, "power.default_limit_w", watts, "power_default_limit_watts", false,
             "power limit that the card comes with"},
    FieldRow{Field::power_max_limit, "power.max_limit_w", watts, "power_max_limit_watts", false,
             "highest power limit that can be set"},
    FieldRow{Field::energy, "power.energy_j", joules, "energy_joules_total", true,
             "energy since the driver was loaded"},
    FieldRow{Field::clock_sm, "clocks.sm_mhz", megahertz, "sm_clock_hertz", false, "clock of the processors"},
    FieldRow{Field::clock_sm_max, "clocks.sm_max_mhz", megahertz, "sm_clock_max_hertz", false, "highest such clock"},
    FieldRow{Field::clock_mem, "clocks.mem_mhz", megahertz, "memory_clock_hertz", false, "clock of the memory"},
    FieldRow{Field::clock_mem_max, "clocks.mem_max_mhz", megahertz, "memory_clock_max_hertz", false,
             "highest such clock"},
    FieldRow{Field::fan, "fan.percent", percent, "fan_speed_ratio", false, "speed of the fan"},
    FieldRow{Field::ecc_corrected, "ecc.corrected", count, "ecc_corrected_errors_total", true,
             "memory errors that were corrected since the driver was loaded"},
    FieldRow{Field::ecc_uncorrected, "ecc.uncorrected", count, "ecc_uncorrected_errors_total", true,
             "memory errors that were not corrected since the driver was loaded"},
    FieldRow{Field::remap_correctable, "remap.correctable", count, "remapped_rows_correctable", false,
             "memory rows replaced after correctable errors"},
    FieldRow{Field::remap_uncorrectable, "remap.uncorrectable", count, "remapped_rows_uncorrectable", false,
             "memory rows replaced after uncorrectable errors"},
    FieldRow{Field::remap_pending, "remap.pending", flag, "remap_pending", false,
             "1 when rows are replaced at the next reset"},
    FieldRow{Field::remap_failed, "remap.failed", flag, "remap_failed", false, "1 when a row could not be replaced"},
    FieldRow{Field::pcie_gen, "pcie.gen", count, "pcie_generation", false, "generation of the PCIe link"},
    FieldRow{Field::pcie_gen_max, "pcie.gen_max", count, "pcie_generation_max", false, "highest such generation"},
    FieldRow{Field::pcie_width, "pcie.width", count, "pcie_width_lanes", false, "lanes of the PCIe link"},
    FieldRow{Field::pcie_width_max, "pcie.width_max", count, "pcie_width_max_lanes", false, "most such lanes"},
    FieldRow{Field::pcie_replays, "pcie.replays", count, "pcie_replays_total", true, "packets sent again over PCIe"},
    FieldRow{Field::pcie_tx, "pcie.tx_bps", bytes_per_s, "pcie_transmit_bytes_per_second", false,
             "bytes a second out over PCIe"},
    FieldRow{Field::pcie_rx, "pcie.rx_bps", bytes_per_s, "pcie_receive_bytes_per_second", false,
             "bytes a second in over PCIe"},
    FieldRow{Field::nvlink_links, "nvlink.links", count, "nvlink_links", false, "NVLinks that the GPU has"},
    FieldRow{Field::nvlink_up, "nvlink.up", count, "nvlink_links_up", false, "NVLinks that are up"},
    FieldRow{Field::nvlink_tx, "nvlink.tx_b", bytes, "nvlink_transmit_bytes_total", true, "bytes out over all NVLinks"},
    FieldRow{Field::nvlink_rx, "nvlink.rx_b", bytes, "nvlink_receive_bytes_total", true, "bytes in over all NVLinks"},
    FieldRow{Field::nvlink_errors, "nvlink.errors", count, "nvlink_errors_total", true, "errors of all NVLinks"},
    FieldRow{Field::slow_sw_thermal, "slow.sw_thermal_ns", ns, "slowdown_software_thermal_seconds_total", true,
             "time slowed down by the driver because of heat"},
    FieldRow{Field::slow_hw_thermal, "slow.hw_thermal_ns", ns, "slowdown_hardware_thermal_seconds_total", true,
             "time slowed down by the hardware because of heat"},
    FieldRow{Field::slow_brake, "slow.brake_ns", ns, "slowdown_power_brake_seconds_total", true,
             "time slowed down by the power brake"},
    FieldRow{Field::persistence, "persistence.on", flag, "persistence_mode", false,
             "1 when the driver stays loaded without users"},
    FieldRow{Field::xid_last, "xid.last", count, "last_xid", false,
             "the last error code that the driver logged, 0 for none"},
    FieldRow{Field::xid_time, "xid.ts", unix_s, "last_xid_timestamp_seconds", false, "when that was"},
};

constexpr bool in_order() {
  if (rows.size() != field_count) return false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].field) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by Field");

constexpr std::array label_rows{
    LabelRow{Label::name, "name"},
    LabelRow{Label::uuid, "uuid"},
    LabelRow{Label::serial, "serial"},
    LabelRow{Label::bus_id, "bus_id"},
    LabelRow{Label::arch, "arch"},
    LabelRow{Label::compute_capability, "compute_capability"},
    LabelRow{Label::pstate, "pstate"},
    LabelRow{Label::mem_kind, "mem.kind"},
    LabelRow{Label::addressing, "addressing"},
    LabelRow{Label::mig_mode, "mig_mode"},
    LabelRow{Label::recovery, "recovery"},
};
static_assert(label_rows.size() == label_count);

}  // namespace field_table

std::span<const FieldRow> fields() { return field_table::rows; }

const FieldRow& row(Field field) { return field_table::rows[static_cast<std::size_t>(field)]; }

std::optional<Field> find_field(std::string_view path) {
  const auto found = std::ranges::find(field_table::rows, path, &FieldRow::path);
  if (found == field_table::rows.end()) return std::nullopt;
  return found->field;
}

double in_base_unit(double value, Unit unit) {
  // Divided, not multiplied by a fraction: 57 % is 0.57, and not 0.5700000000000001.
  switch (unit) {
    case Unit::percent: return value / 100;
    case Unit::megahertz: return value * 1e6;
    case Unit::ns: return value / 1e9;
    default: return value;
  }
}

std::string_view symbol(Unit unit) {
  switch (unit) {
    case Unit::bytes: return "B";
    case Unit::percent: return "%";
    case Unit::celsius: return "C";
    case Unit::watts: return "W";
    case Unit::joules: return "J";
    case Unit::megahertz: return "MHz";
    case Unit::bytes_per_s: return "B/s";
    case Unit::ns: return "ns";
    case Unit::unix_s: return "s";
    case Unit::count:
    case Unit::flag: return "";
  }
  return "";
}

std::span<const LabelRow> labels() { return field_table::label_rows; }

}  // namespace llmgw::gpu
