#pragma once

#include <cstdint>
#include <string_view>

namespace llmgw {

/// What a check of `health` or `doctor` came to, and what a target and a run came to: the worst of them. The order is
/// that of severity.
enum class CheckState : std::uint8_t {
  skipped,  ///< not tried: it does not apply, or what it depends on failed
  ok,
  idle,     ///< not running, and meant to be started by the first request
  unknown,  ///< tried, and nothing can be said
  warn,
  crit,
};

/// `ok`, `idle`, `warn`, `crit`, `unknown`, `skipped`.
std::string_view state_name(CheckState state);

}  // namespace llmgw
