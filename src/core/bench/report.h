#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bench/plan.h"
#include "core/bench/self_check.h"
#include "core/bench/slo.h"
#include "core/bench/stats.h"

namespace llmgw::bench {

/// What came of a run, worst first: the exit code and every report follow it.
/// `partial`: some requests failed, and no objective says how many may.
enum class Conclusion { interrupted, invalid, all_failed, slo_missed, partial, inconclusive, ok };

/// `interrupted`, `invalid`, `all_failed`, `slo_missed`, `partial`, `inconclusive`, `ok`.
std::string_view name_of(Conclusion conclusion);

/// What was asked for, as the reports repeat it. Holds no credential.
struct Setup {
  std::string version;  ///< of llmgw
  std::string started;  ///< wall clock, RFC 3339
  std::string target;
  std::string model;
  std::string api;
  Load load;
  std::int64_t warmup = 0;
  std::int64_t prompt_tokens = 0;  ///< words of the synthetic prompt
  std::int64_t max_tokens = 0;
  std::uint64_t seed = 0;
  bool stream = true;
  std::string good;  ///< the bounds of a good request as written; may be empty
  bool allow_invalid = false;
};

/// A finished run with its verdicts.
struct Report {
  Setup setup;
  Stats stats;
  SelfCheck self;
  std::vector<Judged> objectives;
  bool interrupted = false;
  Conclusion conclusion = Conclusion::ok;
};

/// The one place that decides what a run came to.
Conclusion conclude(const Report& report);

/// Tables for people; `columns` limits nothing but the rule lines.
std::string text_report(const Report& report);

/// One JSON document, schema `llmgw.bench/1`. What was not measured is null, never 0.
std::string json_report(const Report& report);

}  // namespace llmgw::bench
