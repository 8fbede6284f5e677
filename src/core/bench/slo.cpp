#include "core/bench/slo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/bench/bootstrap.h"
#include "core/bench/quantile.h"

namespace llmgw::bench {
namespace judging {

using Kind = Statistic::Kind;

std::optional<double> value_of(const Distribution& values, const Statistic& statistic) {
  if (statistic.kind == Kind::count) return static_cast<double>(values.size());
  if (values.size() == 0) return std::nullopt;
  switch (statistic.kind) {
    case Kind::quantile: return values.at(statistic.q);
    case Kind::mean: return values.mean();
    case Kind::min: return values.values().front();
    case Kind::max: return values.values().back();
    case Kind::deviation: return values.deviation();
    case Kind::count: break;
  }
  return std::nullopt;
}

/// One quantile of values that are independent of each other.
void bound_by_ranks(Judged& judged, const Distribution& values, double q, double confidence) {
  const auto ranks = rank_bounds(values.size(), q, confidence);
  if (ranks.lower) judged.lower = values.values()[*ranks.lower];
  if (ranks.upper) judged.upper = values.values()[*ranks.upper];
}

void bound_by_bootstrap(Judged& judged, const Distribution& values, std::optional<double> q, const Judging& how) {
  const auto interval = bootstrap(values, q, how.confidence, how.seed);
  if (!interval) return;
  judged.lower = interval->lower;
  judged.upper = interval->upper;
}

void bound_mean(Judged& judged, const Distribution& values, double confidence) {
  constexpr std::size_t least = 30;  // below it the mean of a skewed sample is not near normal
  if (values.size() < least) return;
  // The normal quantile by bisection on erfc: no table to keep.
  double low = 0;
  double high = 10;
  for (int i = 0; i < 60; ++i) {
    const double z = (low + high) / 2;
    (std::erfc(-z / std::sqrt(2.0)) / 2 < confidence ? low : high) = z;
  }
  const double half = low * *values.deviation() / std::sqrt(static_cast<double>(values.size()));
  judged.lower = *judged.value - half;
  judged.upper = *judged.value + half;
}

void bound_time(Judged& judged, const Distribution& values, const Judging& how) {
  const auto& statistic = *judged.objective.statistic;
  const bool grouped = !values.owners().empty() || !values.weights().empty();
  const bool is_quantile = statistic.kind == Kind::quantile;
  // An extreme quantile of few values cannot be bounded from above, however the values are drawn.
  const bool enough = !is_quantile || values.size() >= least_sample(statistic.q, how.confidence);
  if (grouped && enough) {
    bound_by_bootstrap(judged, values, is_quantile ? std::optional(statistic.q) : std::nullopt, how);
  } else if (is_quantile) {
    bound_by_ranks(judged, values, statistic.q, how.confidence);
  } else {
    bound_mean(judged, values, how.confidence);
  }
}

void decide_point(Judged& judged, std::string note) {
  const auto& objective = judged.objective;
  judged.verdict = holds(*judged.value, objective.comparison, objective.limit) ? Verdict::pass : Verdict::fail;
  judged.note = std::move(note);
}

/// Decides by the bounds that are there. The far one has to keep the limit; the near one may break it.
void decide(Judged& judged) {
  const auto& objective = judged.objective;
  const bool below = objective.comparison == Comparison::less || objective.comparison == Comparison::less_equal;
  const auto far = below ? judged.upper : judged.lower;
  const auto near = below ? judged.lower : judged.upper;
  if (far && holds(*far, objective.comparison, objective.limit)) {
    judged.verdict = Verdict::pass;
  } else if (near && !holds(*near, objective.comparison, objective.limit)) {
    judged.verdict = Verdict::fail;
  }
}

/// The width of an interval shrinks with the square root of the sample.
std::int64_t more_for_width(const Judged& judged, std::int64_t requests) {
  if (!judged.lower || !judged.upper || !judged.value) return 0;
  const double distance = std::abs(judged.objective.limit - *judged.value);
  const double half = std::max(*judged.upper - *judged.value, *judged.value - *judged.lower);
  constexpr double most = 100;
  if (distance <= 0 || half <= distance || half / distance > most) return 0;
  const double needed = static_cast<double>(requests) * (half / distance) * (half / distance);
  return static_cast<std::int64_t>(std::ceil(needed)) - requests;
}

/// Where every request went one way, the far bound is 1 - (1 - confidence)^(1/n), which is solved for n.
std::int64_t more_for_clean(const Judged& judged, const Scalar& scalar, double confidence) {
  const double slack = *scalar.hits == 0 ? judged.objective.limit : 1 - judged.objective.limit;
  if (slack <= 0 || slack >= 1) return 0;
  return static_cast<std::int64_t>(std::ceil(std::log1p(-confidence) / std::log1p(-slack))) - scalar.of;
}

void explain_time(Judged& judged, const Distribution& values, double confidence) {
  if (judged.verdict != Verdict::inconclusive) return;
  const auto& statistic = *judged.objective.statistic;
  const auto requests = static_cast<std::int64_t>(owners_of(values));
  if (statistic.kind == Kind::quantile && (!judged.upper || !judged.lower)) {
    const auto least = static_cast<std::int64_t>(least_sample(statistic.q, confidence));
    judged.more_requests = std::max<std::int64_t>(least - judged.samples, 1);
    judged.note = fmt::format("{} values cannot bound this percentile", judged.samples);
    return;
  }
  judged.more_requests = more_for_width(judged, requests);
  judged.note = "the limit lies inside the confidence interval";
}

void judge_time(Judged& judged, const Distribution& values, const Judging& how) {
  const auto kind = judged.objective.statistic->kind;
  judged.samples = static_cast<std::int64_t>(values.size());
  judged.value = value_of(values, *judged.objective.statistic);
  if (!judged.value) {
    judged.note = "nothing was measured";
    return;
  }
  const bool bounded = kind == Kind::quantile || kind == Kind::mean;
  if (how.point || !bounded) return decide_point(judged, "compared as measured");
  bound_time(judged, values, how);
  decide(judged);
  explain_time(judged, values, how.confidence);
}

void judge_scalar(Judged& judged, const Scalar& scalar, const Judging& how) {
  judged.samples = scalar.of;
  judged.value = scalar.value;
  if (!judged.value) {
    judged.note = "nothing was measured";
    return;
  }
  // A rate is one measurement of the whole run, and a kept schedule is no sample of anything.
  if (how.point || !scalar.hits || scalar.name == "achieved_rate") return decide_point(judged, "compared as measured");
  const auto bounds =
      proportion_bounds(static_cast<std::size_t>(*scalar.hits), static_cast<std::size_t>(scalar.of), how.confidence);
  judged.lower = bounds.lower;
  judged.upper = bounds.upper;
  decide(judged);
  if (judged.verdict != Verdict::inconclusive) return;
  const bool clean = *scalar.hits == 0 || *scalar.hits == scalar.of;
  judged.more_requests = clean ? more_for_clean(judged, scalar, how.confidence) : more_for_width(judged, scalar.of);
  judged.note = "the limit lies inside the confidence interval";
}

}  // namespace judging

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "fail";
    case Verdict::inconclusive: return "inconclusive";
  }
  return "inconclusive";
}

Judged judge(const Stats& stats, const Expression& objective, const Judging& judging) {
  Judged judged;
  judged.objective = objective;
  if (objective.statistic) {
    judging::judge_time(judged, *stats.time(objective.metric), judging);
  } else {
    judging::judge_scalar(judged, *stats.scalar(objective.metric), judging);
  }
  return judged;
}

}  // namespace llmgw::bench
