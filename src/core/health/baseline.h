#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/health/report.h"

namespace llmgw::health {

/// An earlier report, against which later ones are held.
class Baseline {
 public:
  /// Reads what `-o json` wrote. Errors are `usage`: the text is no report.
  static Result<Baseline> read(std::string_view text);

  /// Raises to warn what is worse than it was: a worse state, another kind, version, list of models or context, and
  /// times that are over 1.5 times the earlier ones and 50 ms above. Findings that are warn or crit stay as they are.
  /// False when the baseline does not hold this target.
  bool compare(TargetReport& target) const;

 private:
  struct Check {
    State state = State::skipped;
    std::string message;
    std::optional<double> value;           ///< the main figure
    std::map<std::string, double> fields;  ///< the others
  };
  struct Target {
    std::string kind;
    std::map<std::string, Check> checks;
  };
  static void read_target(json::View row, Target& target);
  static void compare_one(const Target& before, const TargetReport& target, Outcome& outcome);

  std::map<std::string, Target> targets_;
};

}  // namespace llmgw::health
