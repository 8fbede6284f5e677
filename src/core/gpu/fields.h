#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace llmgw::gpu {

/// Every figure of a GPU; the row of each is in `fields()`.
enum class Field : std::uint8_t {
  mem_total,
  mem_used,
  mem_reserved,
  mem_free,
  util_gpu,
  util_mem,
  util_tensor,
  temp_gpu,
  temp_mem,
  temp_slowdown,
  temp_shutdown,
  temp_margin,
  power,
  power_limit,
  power_default_limit,
  power_max_limit,
  energy,
  clock_sm,
  clock_sm_max,
  clock_mem,
  clock_mem_max,
  fan,
  ecc_corrected,
  ecc_uncorrected,
  remap_correctable,
  remap_uncorrectable,
  remap_pending,
  remap_failed,
  pcie_gen,
  pcie_gen_max,
  pcie_width,
  pcie_width_max,
  pcie_replays,
  pcie_tx,
  pcie_rx,
  nvlink_links,
  nvlink_up,
  nvlink_tx,
  nvlink_rx,
  nvlink_errors,
  slow_sw_thermal,
  slow_hw_thermal,
  slow_brake,
  persistence,
  xid_last,
  xid_time,
};
inline constexpr std::size_t field_count = static_cast<std::size_t>(Field::xid_time) + 1;

/// What a figure counts, which decides how it is written and in which base unit it is exported.
enum class Unit : std::uint8_t {
  bytes,
  percent,
  celsius,
  watts,
  joules,
  megahertz,
  count,
  bytes_per_s,
  ns,
  flag,
  unix_s
};

/// One row: the figure's place in JSON, which is also its name in expressions and in `na`, and its metric.
struct FieldRow {
  Field field;
  std::string_view path;  ///< `power.w`: group and member
  Unit unit;
  std::string_view metric;  ///< what follows `llmgw_gpu_`, in the base unit
  bool counter;             ///< only grows while the driver is loaded
  std::string_view says;    ///< a few words for help
};

/// All figures in the order of the JSON document; figures of one group stand together.
std::span<const FieldRow> fields();
/// The row of one figure.
const FieldRow& row(Field field);
/// The figure with this path, if there is one.
std::optional<Field> find_field(std::string_view path);
/// A value of this unit in its base unit: hertz, seconds, a ratio.
double in_base_unit(double value, Unit unit);
/// `b`, `%`, `C`, `W`, ...; empty for what is only counted.
std::string_view symbol(Unit unit);

/// Every text of a GPU; the row of each is in `labels()`.
enum class Label : std::uint8_t {
  name,
  uuid,
  serial,
  bus_id,
  arch,
  compute_capability,
  pstate,
  mem_kind,
  addressing,
  mig_mode,
  recovery,
};
inline constexpr std::size_t label_count = static_cast<std::size_t>(Label::recovery) + 1;

struct LabelRow {
  Label label;
  std::string_view path;  ///< its member in JSON
};

/// All texts in the order of the JSON document.
std::span<const LabelRow> labels();

}  // namespace llmgw::gpu
