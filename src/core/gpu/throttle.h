#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmgw::gpu {

/// One reason for which clocks are below what was asked for (nvml.h, nvmlClocksEventReasons).
struct ThrottleReason {
  std::uint64_t bit;
  std::string_view name;   ///< `sw_power_cap`
  std::string_view brief;  ///< for narrow columns; empty: not worth a column
  bool slowed;             ///< the GPU does less than it could: heat, brake, hardware
};

/// All reasons by bit.
std::span<const ThrottleReason> throttle_reasons();

/// The names of the bits that are set; unknown bits appear as `0x...`.
std::vector<std::string> names_of_reasons(std::uint64_t bits);

/// True when one of the names is a slowdown. A power cap is none: GPUs under load run into it.
bool slowed_down(std::span<const std::string> names);

/// The briefs of the names joined by commas, `-` when none has one.
std::string brief_reasons(std::span<const std::string> names);

}  // namespace llmgw::gpu
