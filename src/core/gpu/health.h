#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/gpu/model.h"
#include "core/gpu/threshold.h"

namespace llmgw::gpu {

/// What a check came to, and what a GPU and a host came to: the worst of them. `skipped`: the source does not tell what
/// the check needs, which says nothing against the GPU.
enum class State : std::uint8_t { skipped, ok, unknown, warn, crit };

/// `ok`, `warn`, ...
std::string_view name_of(State state);

/// One check's verdict on one GPU.
struct Finding {
  std::string_view check = {};
  State state = State::ok;
  std::string says = {};       ///< a sentence without a full stop: what was seen, or why nothing could be
  std::string_view hint = {};  ///< what to do; empty when all is well
};

/// All verdicts on one GPU.
struct Verdict {
  State state = State::unknown;
  std::vector<Finding> findings;  ///< in the order of `checks()`, thresholds behind them
};

/// What a check looks at.
struct Subject {
  const Gpu& gpu;
  const Gpu* before = nullptr;  ///< the same GPU earlier, for what only two readings tell
  double seconds = 0;           ///< between the two
  double links_expected = 0;    ///< NVLinks that are up on the best GPU of the same name on this host
};

/// One check. `look` never reads an unknown figure as 0.
struct Check {
  std::string_view id;
  std::string_view says;  ///< when it complains
  std::string_view hint;
  Finding (*look)(const Subject& subject);
};

/// All checks, the most serious first.
std::span<const Check> checks();

/// Bounds that the user set.
struct Bounds {
  std::vector<Threshold> warn;
  std::vector<Threshold> crit;
};

/// Judges every GPU of a host. `before`, when given, is an earlier snapshot of the same host and source.
std::vector<Verdict> judge(const Snapshot& now, const Snapshot* before, const Bounds& bounds);

/// True when a second reading would tell more than the first: how long heat or the power brake held a GPU down between.
bool tells_slowdowns(const Snapshot& snapshot);

/// The worst of the verdicts; `unknown` when there are none.
State worst(std::span<const Verdict> verdicts);

}  // namespace llmgw::gpu
