#include "core/gpu/amd.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace llmgw::gpu::amd {
namespace amd_reading {

constexpr std::string_view root = "/sys/class/drm/";
constexpr std::string_view vendor = "0x1002";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::optional<double> leading_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end != text.data() ? std::optional(value) : std::nullopt;
}

/// One folder of sysfs; a file that is not there is a fact that is not known.
class Folder {
 public:
  Folder(const Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  [[nodiscard]] Text text(std::string_view file) const {
    const auto read = files_.read(path_ + std::string(file));
    if (!read) return Text::unknown(fmt::format("amdgpu has no {} for this GPU", file));
    return trimmed(*read);
  }
  [[nodiscard]] Figure number(std::string_view file, double per = 1) const {
    const auto read = text(file);
    if (!read) return Figure::unknown(read.why);
    const auto value = leading_number(*read);
    return value ? Figure(*value / per) : Figure::unknown(fmt::format("{} holds no number", file));
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const Files& files_;
  std::string path_;
};

/// `card0`, not `card0-DP-1` (a connector) nor `renderD128`.
bool is_card(std::string_view name) {
  if (!name.starts_with("card") || name.size() == 4) return false;
  return std::ranges::all_of(name.substr(4), [](char c) { return c >= '0' && c <= '9'; });
}

Figure generation(const Text& speed) {
  struct Speed {
    std::string_view text;
    int generation;
  };
  constexpr std::array speeds{Speed{"2.5 GT/s", 1},  Speed{"5.0 GT/s", 2},  Speed{"8.0 GT/s", 3},
                              Speed{"16.0 GT/s", 4}, Speed{"32.0 GT/s", 5}, Speed{"64.0 GT/s", 6}};
  if (!speed) return Figure::unknown(speed.why);
  const auto* found = std::ranges::find_if(speeds, [&](const Speed& each) { return speed->starts_with(each.text); });
  return found == speeds.end() ? Figure::unknown("unknown speed " + *speed) : Figure(found->generation);
}

/// Lines such as `1: 1700Mhz *`: the one with the star is in force, the last one is the highest.
void read_clocks(const Text& table, Figure& now, Figure& most) {
  now = most = Figure::unknown(table.why);
  if (!table) return;
  now = Figure::unknown("no clock is marked as the current one");
  std::string_view rest = *table;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    const auto colon = line.find(": ");
    const auto value = colon == std::string_view::npos ? std::nullopt : leading_number(line.substr(colon + 2));
    if (value) {
      most = *value;
      if (line.contains('*')) now = *value;
    }
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

void read_sensors(const Folder& sensors, Gpu& gpu) {
  constexpr double milli = 1e3;  // of these in one
  constexpr double micro = 1e6;
  // temp1 is the edge, temp2 the hottest place of the chip, temp3 the memory (docs.kernel.org/gpu/amdgpu/thermal.html).
  const auto junction = sensors.number("temp2_input", milli);
  gpu[Field::temp_gpu] = junction ? junction : sensors.number("temp1_input", milli);
  gpu[Field::temp_mem] = sensors.number("temp3_input", milli);
  const auto critical = sensors.number("temp2_crit", milli);
  gpu[Field::temp_slowdown] = critical ? critical : sensors.number("temp1_crit", milli);
  const auto emergency = sensors.number("temp2_emergency", milli);
  gpu[Field::temp_shutdown] = emergency ? emergency : sensors.number("temp1_emergency", milli);
  const auto average = sensors.number("power1_average", micro);
  gpu[Field::power] = average ? average : sensors.number("power1_input", micro);
  gpu[Field::power_limit] = sensors.number("power1_cap", micro);
  gpu[Field::power_default_limit] = sensors.number("power1_cap_default", micro);
  gpu[Field::power_max_limit] = sensors.number("power1_cap_max", micro);
}

void read_memory(const Folder& device, Gpu& gpu) {
  gpu[Field::mem_total] = device.number("mem_info_vram_total");
  gpu[Field::mem_used] = device.number("mem_info_vram_used");
  const auto& total = gpu[Field::mem_total];
  const auto& used = gpu[Field::mem_used];
  gpu[Field::mem_free] = total && used ? Figure(*total - *used) : Figure::unknown(total ? used.why : total.why);
  if (total) gpu[Label::mem_kind] = "dedicated";
}

Text bus_id(const Text& uevent) {
  constexpr std::string_view key = "PCI_SLOT_NAME=";
  if (!uevent) return uevent;
  const auto start = uevent->find(key);
  if (start == std::string::npos) return Text::unknown("the device names no PCI slot");
  return trimmed(std::string_view(*uevent).substr(start + key.size(), uevent->find('\n', start) - start - key.size()));
}

Gpu read_card(const Files& files, const std::string& card, std::int64_t index) {
  Gpu gpu;
  gpu.index = index;
  const Folder device(files, fmt::format("{}{}/device/", root, card));
  const auto product = device.text("product_name");
  gpu[Label::name] = product && !product->empty() ? product : Text("AMD GPU " + device.text("device").value_or("?"));
  gpu[Label::uuid] = device.text("unique_id");
  gpu[Label::serial] = device.text("serial_number");
  gpu[Label::bus_id] = bus_id(device.text("uevent"));
  read_memory(device, gpu);
  gpu[Field::util_gpu] = device.number("gpu_busy_percent");
  gpu[Field::util_mem] = device.number("mem_busy_percent");
  read_clocks(device.text("pp_dpm_sclk"), gpu[Field::clock_sm], gpu[Field::clock_sm_max]);
  read_clocks(device.text("pp_dpm_mclk"), gpu[Field::clock_mem], gpu[Field::clock_mem_max]);
  gpu[Field::pcie_gen] = generation(device.text("current_link_speed"));
  gpu[Field::pcie_gen_max] = generation(device.text("max_link_speed"));
  gpu[Field::pcie_width] = device.number("current_link_width");
  gpu[Field::pcie_width_max] = device.number("max_link_width");
  gpu[Field::pcie_replays] = device.number("pcie_replay_count");
  const auto sensors = files.list(device.path() + "hwmon/");
  read_sensors(Folder(files, device.path() + "hwmon/" + (sensors.empty() ? "hwmon0" : sensors.front()) + "/"), gpu);
  gpu.procs.why = "sysfs does not list processes";
  gpu.mig.why = "AMD's GPUs have no MIG";
  return gpu;
}

}  // namespace amd_reading

Result<Snapshot> read(const Files& files) {
  Snapshot snapshot;
  snapshot.source = "amd";
  const auto version = files.read("/sys/module/amdgpu/version");
  snapshot.driver = version ? Text(amd_reading::trimmed(*version)) : Text("amdgpu of the kernel");
  snapshot.cuda = Text::unknown("AMD's GPUs have no CUDA");
  for (const auto& name : files.list(std::string(amd_reading::root))) {
    if (!amd_reading::is_card(name)) continue;
    const auto id = files.read(fmt::format("{}{}/device/vendor", amd_reading::root, name));
    if (!id || amd_reading::trimmed(*id) != amd_reading::vendor) continue;
    snapshot.gpus.push_back(amd_reading::read_card(files, name, static_cast<std::int64_t>(snapshot.gpus.size())));
  }
  if (snapshot.gpus.empty()) return fail(Errc::not_found, "amdgpu: no AMD GPU in /sys/class/drm");
  return snapshot;
}

}  // namespace llmgw::gpu::amd
