#pragma once

#include <map>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/health/facts.h"
#include "core/health/finding.h"
#include "core/health/probe.h"
#include "core/health/threshold.h"

namespace llmgw::health {

/// What a run expects of its targets.
struct Expectations {
  std::vector<std::string> models;      ///< each must be listed
  std::optional<std::int64_t> context;  ///< the model's context in tokens, at least
  std::optional<std::regex> version;    ///< found in the version
  std::vector<Threshold> thresholds;    ///< of `--warn` and `--crit`
  bool allow_sleep = false;             ///< a sleeping engine is no fault
  // What the checks of levels 3 and 4 may do.
  std::optional<double> cost_limit_usd;  ///< on each target; empty: nothing that costs money is asked
  bool allow_load = false;               ///< a model that is not loaded may be loaded by a question
};

/// A figure that a check may report, for thresholds and documentation.
struct FieldSpec {
  std::string_view field;  ///< empty: the main one
  Unit unit;
};

/// One check: a row of the registry. A check judges facts; those of levels 3 and 4 also say what to ask.
struct Check {
  std::string_view id;
  int level;                                  ///< runs at this level and above
  std::string_view summary;                   ///< for lists
  std::span<const State> states;              ///< that it may come to, besides `skipped` when blocked
  std::span<const std::string_view> depends;  ///< checks that must not be crit or unknown
  std::span<const FieldSpec> fields;
  Finding (*judge)(const Facts&, const Expectations&);
  /// What it asks a model for; null: it judges what was learnt anyway.
  Plan (*plan)(const Facts&, const Expectations&) = nullptr;
};

/// All checks, in the order of running and of the report.
std::span<const Check> checks();
/// The check of that id, or nullptr.
const Check* find_check(std::string_view id);
/// The check of that id; the error (`usage`) names the nearest one.
Result<const Check*> require_check(std::string_view id);

/// Which checks a run does.
struct Selection {
  int level = 2;
  std::vector<std::string_view> only;  ///< when not empty: these, whatever their level
  std::vector<std::string_view> skip;
  [[nodiscard]] bool takes(const Check& check) const;
};

/// A check's outcome in a report.
struct Outcome {
  const Check* check = nullptr;
  Finding finding;
  std::string_view blocked_by = {};    ///< the check that it waited for in vain
  std::optional<double> seconds = {};  ///< how long its own questions took; empty: it asked none
};

/// The verdicts on one target's checks. Each is given once, when it is first asked for: by then everything must be
/// known that it and what it depends on judge. The facts and the expectations outlive it.
class Verdicts {
 public:
  Verdicts(const Facts& facts, const Expectations& expectations) : facts_(facts), expectations_(expectations) {}
  const Outcome& of(const Check& check);
  /// What the check comes to without being tried, for something that it depends on; nullopt: nothing is in its way.
  std::optional<Outcome> obstacle(const Check& check);

 private:
  const Facts& facts_;
  const Expectations& expectations_;
  std::map<std::string_view, Outcome> given_;
};

/// Judges all selected checks over one target's facts. What a check depends on is judged too, so that it can block,
/// and is left out of the result when it was not selected and blocks nothing.
std::vector<Outcome> judge(const Facts& facts, const Expectations& expectations, const Selection& selection);

}  // namespace llmgw::health
