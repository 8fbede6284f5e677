#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/base/check_state.h"

namespace llmgw::health {

using State = CheckState;
using llmgw::state_name;
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
