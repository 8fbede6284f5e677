#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace llmgw::health {

/// What a check, a target or a run came to. The order is that of severity.
enum class State : std::uint8_t {
  skipped,  ///< not tried: it does not apply, or what it depends on failed
  ok,
  idle,     ///< not running, and meant to be started by the first request
  unknown,  ///< tried, and nothing can be said
  warn,
  crit,
};

/// `ok`, `idle`, `warn`, `crit`, `unknown`, `skipped`.
std::string_view state_name(State state);
/// The state of that name; `healthy` is `ok`.
std::optional<State> find_state(std::string_view name);
/// The most severe one; `ok` where all are skipped or there are none.
State worst(std::span<const State> states);

/// What a run's exit code depends on.
struct ExitRules {
  bool fail_on_crit = false;  ///< warn passes
  bool require_up = false;    ///< idle does not pass
};

/// 0, 10 (warn or crit) or 12 (the worst is unknown).
int exit_code(State state, const ExitRules& rules);
/// 0 to 3 as monitoring plugins end (monitoring-plugins.org, "Development Guidelines"): ok, warning, critical, unknown.
int plugin_code(State state, const ExitRules& rules);
/// 0 or 1 as probes of Kubernetes end: 1 on crit or unknown.
int probe_code(State state, const ExitRules& rules);

}  // namespace llmgw::health
