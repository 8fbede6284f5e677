#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/health/report.h"

namespace llmgw::health {

/// A state that is not what it was.
struct Change {
  const TargetReport* target = nullptr;
  const Outcome* outcome = nullptr;  ///< null: the target as a whole
  std::optional<State> before = {};  ///< nullopt: it is seen for the first time
  State now = State::ok;
};

/// Tells what changed from one run to the next. A state that comes and goes is no change: it must be seen in
/// `confirm` runs one after the other.
class Changes {
 public:
  explicit Changes(std::int64_t confirm) : confirm_(confirm) {}

  /// The changes that this run brings, in the report's order; valid as long as the reports are. In the first run: the
  /// state of each target, and of each check that is neither ok nor skipped.
  std::vector<Change> note(const std::vector<TargetReport>& targets);

 private:
  struct Track {
    State told = State::ok;
    State seen = State::ok;
    std::int64_t times = 0;  ///< runs in which `seen` was seen, one after the other
  };
  void look(std::vector<Change>& changes, Change change);

  std::int64_t confirm_;
  std::map<std::pair<std::string, std::string_view>, Track> tracks_;
};

/// A change as one JSON object on one line (`llmgw.health.change/1`).
std::string change_line(const Change& change, std::int64_t unix_s);

}  // namespace llmgw::health
