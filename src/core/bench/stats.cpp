#include "core/bench/stats.h"

#include <algorithm>
#include <utility>

#include "core/bench/expression.h"

namespace llmgw::bench {
namespace computing {

constexpr double ns_per_s = 1e9;

constexpr std::array scalar_rows{
    Scalar{"error_rate", Unit::ratio, {}, {}, 0},       Scalar{"good_fraction", Unit::ratio, {}, {}, 0},
    Scalar{"goodput", Unit::requests_per_s, {}, {}, 0}, Scalar{"req_s", Unit::requests_per_s, {}, {}, 0},
    Scalar{"out_tok_s", Unit::tokens_per_s, {}, {}, 0}, Scalar{"in_tok_s", Unit::tokens_per_s, {}, {}, 0},
    Scalar{"achieved_rate", Unit::ratio, {}, {}, 0},
};

/// The recording with what several figures need.
struct Work {
  const Recording& recording;
  const Load& load;
  std::vector<const Sample*> successes;
  [[nodiscard]] bool inside(Moment moment) const { return moment >= recording.begin && moment <= recording.end; }
};

Counts count(const Recording& recording) {
  Counts counts;
  counts.dropped = recording.dropped;
  for (const auto& sample : recording.samples) {
    const auto row = static_cast<std::size_t>(sample.failure);
    ++counts.by_class[row];
    if (counts.example[row].empty()) counts.example[row] = sample.message;
  }
  const auto of = [&](FailureClass failure) { return counts.by_class[static_cast<std::size_t>(failure)]; };
  counts.ok = of(FailureClass::none);
  counts.cancelled = of(FailureClass::cancelled_at_end);
  counts.attempted = static_cast<std::int64_t>(recording.samples.size()) - counts.cancelled;
  counts.failed = counts.attempted - counts.ok;
  return counts;
}

Tokens count_tokens(const Work& work) {
  Tokens tokens;
  for (const auto* sample : work.successes) {
    tokens.output += output_tokens(*sample);
    tokens.input += sample->input_tokens.value_or(0);
    ++(sample->output_tokens ? tokens.from_usage : tokens.from_events);
  }
  return tokens;
}

/// Output tokens whose event came inside the window. Where the server's count differs from the number of events, each
/// event carries its share.
double tokens_inside(const Work& work, const Sample& sample) {
  const auto total = static_cast<double>(output_tokens(sample));
  if (sample.tokens.empty()) return sample.done && work.inside(*sample.done) ? total : 0;
  const auto inside = std::ranges::count_if(sample.tokens, [&](Moment at) { return work.inside(at); });
  return total * static_cast<double>(inside) / static_cast<double>(sample.tokens.size());
}

bool is_good(const Sample& sample, std::span<const Bound> bounds) {
  return std::ranges::all_of(bounds, [&](const Bound& bound) {
    const auto value = value_of(sample, bound.metric);
    return value && holds(*value, bound.comparison, bound.limit);
  });
}

std::int64_t finished_inside(const Work& work, std::span<const Bound> bounds) {
  return std::ranges::count_if(work.successes, [&](const Sample* sample) {
    return sample->done && work.inside(*sample->done) && is_good(*sample, bounds);
  });
}

Scalar* find(std::vector<Scalar>& scalars, std::string_view name) {
  return &*std::ranges::find(scalars, name, &Scalar::name);
}

void set_proportion(Scalar& scalar, std::int64_t hits, std::int64_t of) {
  scalar.hits = hits;
  scalar.of = of;
  if (of > 0) scalar.value = static_cast<double>(hits) / static_cast<double>(of);
}

void set_rates(Stats& stats, const Work& work, std::span<const Bound> good) {
  if (stats.window_s <= 0 || stats.counts.ok == 0) return;
  double output = 0;
  double input = 0;
  for (const auto& sample : work.recording.samples) {
    if (sample.ok() || sample.failure == FailureClass::cancelled_at_end) output += tokens_inside(work, sample);
    if (sample.ok() && sample.done && work.inside(*sample.done)) {
      input += static_cast<double>(sample.input_tokens.value_or(0));
    }
  }
  auto& scalars = stats.scalars;
  find(scalars, "out_tok_s")->value = output / stats.window_s;
  if (stats.tokens.input > 0) find(scalars, "in_tok_s")->value = input / stats.window_s;
  find(scalars, "req_s")->value = static_cast<double>(finished_inside(work, {})) / stats.window_s;
  if (!good.empty())
    find(scalars, "goodput")->value = static_cast<double>(finished_inside(work, good)) / stats.window_s;
}

/// Of the arrivals that were due inside the window, those that had started by its end.
void set_achieved(Stats& stats, const Work& work) {
  if (work.load.kind != Load::Kind::constant) return;
  const auto& samples = work.recording.samples;
  const auto started =
      std::ranges::count_if(samples, [&](const Sample& sample) { return sample.started <= work.recording.end; });
  const auto due = static_cast<std::int64_t>(samples.size()) + stats.counts.dropped;
  set_proportion(*find(stats.scalars, "achieved_rate"), started, due);
}

double mean_in_flight(const Work& work) {
  double sum = 0;
  const auto begin = work.recording.begin;
  const auto end = work.recording.end;
  for (const auto& sample : work.recording.samples) {
    const auto from = std::clamp(sample.started, begin, end);
    const auto to = std::clamp(sample.closed.value_or(end), begin, end);
    sum += static_cast<double>(to - from);
  }
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

std::int64_t count_stalls(const Distribution& gaps) {
  constexpr double least_ms = 100;
  constexpr double times = 5;
  const auto median = gaps.at(0.5);
  if (!median) return 0;
  const double limit = std::max(least_ms, times * *median);
  return std::ranges::count_if(gaps.values(), [&](double gap) { return gap > limit; });
}

}  // namespace computing

std::string_view Tokens::source() const {
  if (from_usage > 0) return from_events > 0 ? "mixed" : "usage";
  return from_events > 0 ? "events" : "none";
}

const Distribution* Stats::time(std::string_view name) const {
  const auto found = std::ranges::find(times, name, &Distribution::name);
  return found == times.end() ? nullptr : &*found;
}

const Scalar* Stats::scalar(std::string_view name) const {
  const auto found = std::ranges::find(scalars, name, &Scalar::name);
  return found == scalars.end() ? nullptr : &*found;
}

std::span<const Scalar> scalar_metrics() { return computing::scalar_rows; }

Stats compute(const Recording& recording, const Load& load, std::span<const Bound> good) {
  computing::Work work{recording, load, {}};
  for (const auto& sample : recording.samples) {
    if (sample.ok()) work.successes.push_back(&sample);
  }
  Stats stats;
  stats.counts = computing::count(recording);
  stats.tokens = computing::count_tokens(work);
  stats.window_s = static_cast<double>(recording.end - recording.begin) / computing::ns_per_s;
  for (const auto& metric : time_metrics()) stats.times.push_back(collect(work.successes, metric.name));
  stats.scalars.assign(scalar_metrics().begin(), scalar_metrics().end());
  auto& scalars = stats.scalars;
  computing::set_proportion(*computing::find(scalars, "error_rate"), stats.counts.failed, stats.counts.attempted);
  if (!good.empty()) {
    const auto within =
        std::ranges::count_if(work.successes, [&](const Sample* sample) { return computing::is_good(*sample, good); });
    computing::set_proportion(*computing::find(scalars, "good_fraction"), within, stats.counts.attempted);
  }
  computing::set_rates(stats, work, good);
  computing::set_achieved(stats, work);
  stats.mean_in_flight = computing::mean_in_flight(work);
  stats.most_in_flight = recording.most_in_flight;
  stats.stalls = computing::count_stalls(*stats.time("itl"));
  return stats;
}

}  // namespace llmgw::bench
