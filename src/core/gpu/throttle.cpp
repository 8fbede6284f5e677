#include "core/gpu/throttle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace llmgw::gpu {
namespace throttle_table {

constexpr std::array rows{
    ThrottleReason{0x01, "gpu_idle", "", false},        ThrottleReason{0x02, "applications_clocks", "", false},
    ThrottleReason{0x04, "sw_power_cap", "cap", false}, ThrottleReason{0x08, "hw_slowdown", "hw", true},
    ThrottleReason{0x10, "sync_boost", "", false},      ThrottleReason{0x20, "sw_thermal", "heat", true},
    ThrottleReason{0x40, "hw_thermal", "HEAT", true},   ThrottleReason{0x80, "power_brake", "brake", true},
    ThrottleReason{0x100, "display_clocks", "", false},
};

const ThrottleReason* find(std::string_view name) {
  const auto* found = std::ranges::find(rows, name, &ThrottleReason::name);
  return found == rows.end() ? nullptr : found;
}

}  // namespace throttle_table

std::span<const ThrottleReason> throttle_reasons() { return throttle_table::rows; }

std::vector<std::string> names_of_reasons(std::uint64_t bits) {
  std::vector<std::string> names;
  for (const auto& reason : throttle_table::rows) {
    if ((bits & reason.bit) != 0) names.emplace_back(reason.name);
    bits &= ~reason.bit;
  }
  if (bits != 0) names.push_back(fmt::format("{:#x}", bits));
  return names;
}

bool slowed_down(std::span<const std::string> names) {
  return std::ranges::any_of(names, [](const std::string& name) {
    const auto* reason = throttle_table::find(name);
    return reason != nullptr && reason->slowed;
  });
}

std::string brief_reasons(std::span<const std::string> names) {
  std::string out;
  for (const auto& name : names) {
    const auto* reason = throttle_table::find(name);
    if (reason == nullptr || reason->brief.empty()) continue;
    if (!out.empty()) out += ",";
    out += reason->brief;
  }
  return out.empty() ? "-" : out;
}

}  // namespace llmgw::gpu
