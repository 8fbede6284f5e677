#include "core/bench/report.h"

#include <algorithm>

namespace llmgw::bench {

std::string_view name_of(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::interrupted: return "interrupted";
    case Conclusion::invalid: return "invalid";
    case Conclusion::all_failed: return "all_failed";
    case Conclusion::slo_missed: return "slo_missed";
    case Conclusion::partial: return "partial";
    case Conclusion::inconclusive: return "inconclusive";
    case Conclusion::ok: return "ok";
  }
  return "ok";
}

Conclusion conclude(const Report& report) {
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(report.objectives, [&](const Judged& judged) { return judged.verdict == verdict; });
  };
  if (report.interrupted) return Conclusion::interrupted;
  if (report.stats.counts.ok == 0) return Conclusion::all_failed;
  if (!report.self.invalid.empty() && !report.setup.allow_invalid) return Conclusion::invalid;
  if (any(Verdict::fail)) return Conclusion::slo_missed;
  // Failed requests enter no distribution: without an objective of its own, a gate on times would never see them.
  const bool counted = std::ranges::any_of(report.objectives, [](const Judged& judged) {
    return judged.objective.metric == "error_rate" || judged.objective.metric == "good_fraction";
  });
  if (report.stats.counts.failed > 0 && !counted) return Conclusion::partial;
  return any(Verdict::inconclusive) ? Conclusion::inconclusive : Conclusion::ok;
}

}  // namespace llmgw::bench
