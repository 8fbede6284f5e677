#include "core/gpu/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace llmgw::gpu::pages {
namespace gpu_pages {

using metrics::Exposition;
using metrics::Sample;

constexpr double mib = 1024.0 * 1024;
constexpr double milli = 1e-3;
constexpr double micro = 1e-6;
constexpr double percent = 100;

/// One series and the figure it fills.
struct Series {
  std::string_view name;
  Field field;
  double scale = 1;
};

/// Where an exporter's labels have what a GPU is known by. Versions of one exporter differ in spelling.
struct Shape {
  std::string_view source;
  std::span<const Series> series;
  std::array<std::string_view, 2> uuid;
  std::array<std::string_view, 2> index;
  std::array<std::string_view, 2> host;
  std::array<std::string_view, 2> name;
  std::string_view bus_id = {};
  std::array<std::string_view, 2> driver = {};
};

std::string label(const Sample& sample, std::span<const std::string_view> names) {
  for (const auto name : names) {
    if (const auto value = sample.label(name); value && !value->empty()) return std::string(*value);
  }
  return {};
}

std::string label(const Sample& sample, std::string_view name) {
  return name.empty() ? std::string{} : std::string(sample.label(name).value_or(""));
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// DCGM writes what it does not know as one of the last numbers of 64 or 32 bits (dcgm_structs.h, DCGM_INT64_BLANK and
/// DCGM_INT32_BLANK and the codes above them). In a double the former are one number.
bool blank(double value) {
  constexpr double blank64 = 9223372036854775792.0;
  constexpr double blank32 = 2147483632.0;
  constexpr double codes = 16;
  return !std::isfinite(value) || value >= blank64 || (value >= blank32 && value < blank32 + codes);
}

Snapshot& host_of(std::vector<Snapshot>& all, const Shape& shape, const Sample& sample) {
  const auto name = label(sample, shape.host);
  const auto found = std::ranges::find(all, name, &Snapshot::host);
  if (found != all.end()) return *found;
  auto& added = all.emplace_back();
  added.host = name;
  added.source = shape.source;
  if (const auto driver = label(sample, shape.driver); !driver.empty()) added.driver = driver;
  return added;
}

Gpu& gpu_of(Snapshot& snapshot, const Shape& shape, const Sample& sample) {
  const auto uuid = label(sample, shape.uuid);
  const auto index = whole(label(sample, shape.index));
  for (auto& gpu : snapshot.gpus) {
    if (uuid.empty() ? gpu.index == index.value_or(-1) : gpu[Label::uuid].value_or("") == uuid) return gpu;
  }
  auto& gpu = snapshot.gpus.emplace_back();
  gpu.index = index.value_or(static_cast<std::int64_t>(snapshot.gpus.size()) - 1);
  if (!uuid.empty()) gpu[Label::uuid] = uuid;
  if (const auto name = label(sample, shape.name); !name.empty()) gpu[Label::name] = name;
  if (const auto bus = label(sample, shape.bus_id); !bus.empty()) gpu[Label::bus_id] = bus;
  return gpu;
}

void fill(Figure& figure, const Sample& sample, double scale) {
  figure = blank(sample.value) ? Figure::unknown("the exporter has no value for it") : Figure(sample.value * scale);
}

/// The part of a divided GPU that a sample of DCGM's speaks of, or null.
MigDevice* part_of(Gpu& gpu, const Sample& sample) {
  const auto id = whole(label(sample, "GPU_I_ID"));
  if (!id) return nullptr;
  if (!gpu.mig) gpu.mig = std::vector<MigDevice>{};
  gpu[Label::mig_mode] = "enabled";
  for (auto& part : *gpu.mig) {
    if (part.gpu_instance == Figure(*id)) return &part;
  }
  auto& part = gpu.mig->emplace_back();
  part.gpu_instance = static_cast<double>(*id);
  part.name = label(sample, "GPU_I_PROFILE");
  return &part;
}

/// Memory of a part: DCGM tells used, free and reserved, of which the whole is the sum.
void fill_part(MigDevice& part, const Series& row, const Sample& sample) {
  if (blank(sample.value)) return;
  const double bytes = sample.value * row.scale;
  if (row.field == Field::mem_used) part.mem_used_b = bytes;
  if (row.field == Field::mem_used || row.field == Field::mem_free || row.field == Field::mem_reserved) {
    part.mem_total_b = part.mem_total_b.value_or(0) + bytes;
  }
}

std::vector<Snapshot> collect(const Exposition& page, const Shape& shape) {
  std::vector<Snapshot> all;
  std::vector<Field> told;
  for (const auto& row : shape.series) {
    // A page may have a figure under its old and its new name: the first row of the table counts.
    if (page.series(row.name).empty() || std::ranges::find(told, row.field) != told.end()) continue;
    told.push_back(row.field);
    for (const auto& sample : page.series(row.name)) {
      auto& gpu = gpu_of(host_of(all, shape, sample), shape, sample);
      if (auto* part = part_of(gpu, sample)) {
        fill_part(*part, row, sample);
      } else {
        fill(gpu[row.field], sample, row.scale);
      }
    }
  }
  for (auto& snapshot : all) std::ranges::stable_sort(snapshot.gpus, {}, &Gpu::index);
  return all;
}

/// Free memory where an exporter tells total and used.
void complete_memory(std::vector<Snapshot>& all) {
  for (auto& snapshot : all) {
    for (auto& gpu : snapshot.gpus) {
      const auto& total = gpu[Field::mem_total];
      const auto& used = gpu[Field::mem_used];
      if (total) gpu[Label::mem_kind] = "dedicated";
      if (!gpu[Field::mem_free] && total && used) gpu[Field::mem_free] = *total - *used;
    }
  }
}

// dcgm-exporter 4.9 (DCGM 4.7, November 2026) renamed its default figures and put most of them into base units.
constexpr std::array dcgm{
    Series{"DCGM_FI_DEV_FB_USED_BYTES", Field::mem_used},
    Series{"DCGM_FI_DEV_FB_FREE_BYTES", Field::mem_free},
    Series{"DCGM_FI_DEV_FB_RESERVED_BYTES", Field::mem_reserved},
    Series{"DCGM_FI_DEV_FB_CAPACITY_BYTES", Field::mem_total},
    Series{"DCGM_FI_DEV_GPU_UTIL_RATIO", Field::util_gpu, percent},
    Series{"DCGM_FI_DEV_MEMORY_UTIL_RATIO", Field::util_mem, percent},
    Series{"DCGM_FI_PROF_TENSOR_UTIL_RATIO", Field::util_tensor, percent},
    Series{"DCGM_FI_DEV_GPU_TEMP_CELSIUS", Field::temp_gpu},
    Series{"DCGM_FI_DEV_MEMORY_TEMP_CELSIUS", Field::temp_mem},
    Series{"DCGM_FI_DEV_BOARD_POWER_WATTS", Field::power},
    Series{"DCGM_FI_DEV_BOARD_POWER_LIMIT_REQUESTED_WATTS", Field::power_limit},
    Series{"DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL", Field::energy},
    Series{"DCGM_FI_DEV_SM_CLOCK_HERTZ", Field::clock_sm, micro},
    Series{"DCGM_FI_DEV_MEMORY_CLOCK_HERTZ", Field::clock_mem, micro},
    Series{"DCGM_FI_DEV_PCIE_REPLAY_TOTAL", Field::pcie_replays},
    Series{"DCGM_FI_DEV_ROW_REMAP_CORRECTABLE_TOTAL", Field::remap_correctable},
    Series{"DCGM_FI_DEV_ROW_REMAP_UNCORRECTABLE_TOTAL", Field::remap_uncorrectable},
    Series{"DCGM_FI_DEV_ROW_REMAP_FAILED", Field::remap_failed},
    Series{"DCGM_FI_DEV_XID_ERROR", Field::xid_last},
    Series{"DCGM_FI_DEV_FB_USED", Field::mem_used, mib},
    Series{"DCGM_FI_DEV_FB_FREE", Field::mem_free, mib},
    Series{"DCGM_FI_DEV_FB_RESERVED", Field::mem_reserved, mib},
    Series{"DCGM_FI_DEV_FB_TOTAL", Field::mem_total, mib},
    Series{"DCGM_FI_DEV_GPU_UTIL", Field::util_gpu},
    Series{"DCGM_FI_DEV_MEM_COPY_UTIL", Field::util_mem},
    Series{"DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", Field::util_tensor, percent},
    Series{"DCGM_FI_DEV_GPU_TEMP", Field::temp_gpu},
    Series{"DCGM_FI_DEV_MEMORY_TEMP", Field::temp_mem},
    Series{"DCGM_FI_DEV_POWER_USAGE", Field::power},
    Series{"DCGM_FI_DEV_POWER_MGMT_LIMIT", Field::power_limit},
    Series{"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", Field::energy, milli},
    Series{"DCGM_FI_DEV_SM_CLOCK", Field::clock_sm},
    Series{"DCGM_FI_DEV_MEM_CLOCK", Field::clock_mem},
    Series{"DCGM_FI_DEV_PCIE_REPLAY_COUNTER", Field::pcie_replays},
    Series{"DCGM_FI_PROF_PCIE_TX_BYTES", Field::pcie_tx},
    Series{"DCGM_FI_PROF_PCIE_RX_BYTES", Field::pcie_rx},
    Series{"DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", Field::remap_correctable},
    Series{"DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", Field::remap_uncorrectable},
    Series{"DCGM_FI_DEV_ROW_REMAP_FAILURE", Field::remap_failed},
    Series{"DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", Field::ecc_corrected},
    Series{"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", Field::ecc_uncorrected},
    // The number of the last error, not how many there were.
    Series{"DCGM_FI_DEV_XID_ERRORS", Field::xid_last},
};

constexpr std::array nvitop{
    Series{"gpu_memory_total_MiB", Field::mem_total, mib},
    Series{"gpu_memory_used_MiB", Field::mem_used, mib},
    Series{"gpu_memory_free_MiB", Field::mem_free, mib},
    Series{"gpu_utilization_Percentage", Field::util_gpu},
    Series{"gpu_memory_utilization_Percentage", Field::util_mem},
    Series{"gpu_temperature_C", Field::temp_gpu},
    Series{"gpu_power_usage_W", Field::power},
    Series{"gpu_power_limit_W", Field::power_limit},
    Series{"gpu_clock_sm_MHz", Field::clock_sm},
    Series{"gpu_clock_memory_MHz", Field::clock_mem},
    Series{"gpu_fan_speed_Percentage", Field::fan},
    Series{"gpu_pcie_tx_throughput_MiBps", Field::pcie_tx, mib},
    Series{"gpu_pcie_rx_throughput_MiBps", Field::pcie_rx, mib},
};

constexpr std::array all_smi{
    Series{"all_smi_gpu_memory_total_bytes", Field::mem_total},
    Series{"all_smi_gpu_memory_used_bytes", Field::mem_used},
    Series{"all_smi_gpu_utilization", Field::util_gpu},
    Series{"all_smi_gpu_temperature_celsius", Field::temp_gpu},
    Series{"all_smi_gpu_power_consumption_watts", Field::power},
    Series{"all_smi_gpu_power_limit_current_watts", Field::power_limit},
    Series{"all_smi_gpu_power_limit_max_watts", Field::power_max_limit},
    Series{"all_smi_gpu_frequency_mhz", Field::clock_sm},
    Series{"all_smi_gpu_clock_memory_current_mhz", Field::clock_mem},
    Series{"all_smi_gpu_clock_memory_max_mhz", Field::clock_mem_max},
    Series{"all_smi_gpu_pcie_gen_current", Field::pcie_gen},
    Series{"all_smi_gpu_pcie_width_current", Field::pcie_width},
};

// The hostname label of DCGM's exporter was spelt Hostname until May 2026.
constexpr Shape dcgm_shape{.source = "dcgm",
                           .series = dcgm,
                           .uuid = {"UUID", "gpu_uuid"},
                           .index = {"gpu", ""},
                           .host = {"hostname", "Hostname"},
                           .name = {"modelName", "model_name"},
                           .bus_id = "pci_bus_id",
                           .driver = {"DCGM_FI_DRIVER_VERSION", "DCGM_FI_SYSTEM_DRIVER_VERSION"}};
constexpr Shape nvitop_shape{.source = "nvitop",
                             .series = nvitop,
                             .uuid = {"uuid", ""},
                             .index = {"index", ""},
                             .host = {"hostname", ""},
                             .name = {"devicename", ""}};
constexpr Shape all_smi_shape{.source = "all-smi",
                              .series = all_smi,
                              .uuid = {"uuid", "gpu_uuid"},
                              .index = {"index", "gpu_index"},
                              .host = {"instance", ""},
                              .name = {"gpu", ""}};

/// nvitop tells the memory of each process; it names the user, too.
void add_nvitop_processes(const Exposition& page, std::vector<Snapshot>& all) {
  for (const auto& sample : page.series("process_gpu_memory_MiB")) {
    auto& gpu = gpu_of(host_of(all, nvitop_shape, sample), nvitop_shape, sample);
    const auto pid = whole(label(sample, "pid"));
    if (!pid) continue;
    if (!gpu.procs) gpu.procs = std::vector<Process>{};
    auto& process = gpu.procs->emplace_back();
    process.pid = *pid;
    process.type = "compute";
    fill(process.mem_b, sample, mib);
    if (const auto user = label(sample, "username"); !user.empty()) process.user = user;
    const auto sm = page.value("process_gpu_sm_utilization_Percentage", {{"uuid", sample.label("uuid").value_or("")},
                                                                         {"pid", sample.label("pid").value_or("")}});
    if (sm) process.sm = *sm;
  }
}

constexpr std::array exporter_rows{
    Exporter{"dcgm", "DCGM_FI_", read_dcgm},
    Exporter{"nvitop", "gpu_memory_total_MiB", read_nvitop},
    Exporter{"all-smi", "all_smi_", read_all_smi},
};

}  // namespace gpu_pages

std::span<const Exporter> exporters() { return gpu_pages::exporter_rows; }

std::vector<Snapshot> read_dcgm(const metrics::Exposition& page) {
  auto all = gpu_pages::collect(page, gpu_pages::dcgm_shape);
  for (auto& snapshot : all) {
    for (auto& gpu : snapshot.gpus) {
      const auto& used = gpu[Field::mem_used];
      const auto& free = gpu[Field::mem_free];
      auto& total = gpu[Field::mem_total];
      if (!total && used && free) total = *used + *free + gpu[Field::mem_reserved].value_or(0);
      gpu.procs.why = "DCGM's exporter does not list processes";
    }
  }
  gpu_pages::complete_memory(all);
  return all;
}

std::vector<Snapshot> read_nvitop(const metrics::Exposition& page) {
  auto all = gpu_pages::collect(page, gpu_pages::nvitop_shape);
  gpu_pages::add_nvitop_processes(page, all);
  gpu_pages::complete_memory(all);
  return all;
}

std::vector<Snapshot> read_all_smi(const metrics::Exposition& page) {
  auto all = gpu_pages::collect(page, gpu_pages::all_smi_shape);
  gpu_pages::complete_memory(all);
  return all;
}

void add_node(const metrics::Exposition& page, Snapshot& snapshot) {
  if (const auto total = page.value("node_memory_MemTotal_bytes")) snapshot.host_mem_total_b = *total;
  if (const auto free = page.value("node_memory_MemAvailable_bytes")) snapshot.host_mem_free_b = *free;
  const auto names = page.series("node_uname_info");
  if (names.empty()) return;
  if (snapshot.host.empty()) snapshot.host = names.front().label("nodename").value_or("");
  if (const auto release = names.front().label("release")) snapshot.kernel = std::string(*release);
}

Result<std::vector<Snapshot>> read(const metrics::Exposition& page) {
  std::vector<Snapshot> all;
  for (const auto& exporter : exporters()) {
    if (!page.any_with_prefix(exporter.prefix)) continue;
    for (auto& snapshot : exporter.read(page)) all.push_back(std::move(snapshot));
  }
  if (all.empty() && page.any_with_prefix("node_memory_")) {
    all.emplace_back().source = "node_exporter";
  }
  if (all.empty()) {
    return fail(Errc::not_found,
                "the page is of no exporter that llmgw knows: dcgm-exporter, nvitop-exporter, all-smi or "
                "node_exporter");
  }
  // A page has the memory of one host: that of its only snapshot.
  if (all.size() == 1) add_node(page, all.front());
  return all;
}

}  // namespace llmgw::gpu::pages
