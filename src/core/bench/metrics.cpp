#include "core/bench/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/bench/quantile.h"

namespace llmgw::bench {
namespace measuring {

using Value = std::optional<double>;
constexpr double ns_per_ms = 1e6;

Value between(std::optional<Moment> from, std::optional<Moment> to) {
  if (!from || !to) return std::nullopt;
  return static_cast<double>(*to - *from) / ns_per_ms;
}

std::optional<Moment> first_token(const Sample& sample) {
  return sample.tokens.empty() ? std::nullopt : std::optional(sample.tokens.front());
}

std::optional<Moment> last_token(const Sample& sample) {
  return sample.tokens.empty() ? std::nullopt : std::optional(sample.tokens.back());
}

Value per(Value time, std::int64_t count) {
  if (!time || count < 1) return std::nullopt;
  return *time / static_cast<double>(count);
}

Value largest_gap(const Sample& sample) {
  Value largest;
  for (std::size_t i = 1; i < sample.tokens.size(); ++i) {
    largest = std::max(largest, between(sample.tokens[i - 1], sample.tokens[i]));
  }
  return largest;
}

struct Row {
  TimeMetric metric;
  Value (*of)(const Sample& sample);  ///< null for pooled gaps
};

constexpr std::string_view gaps = "itl";
constexpr std::string_view weighted = "itl.mean";

Value mean_gap(const Sample& s) { return per(between(first_token(s), last_token(s)), output_tokens(s) - 1); }

constexpr std::array rows{
    Row{{"ttft", "request sent to first token, reasoning included"},
        [](const Sample& s) { return between(s.sent, first_token(s)); }},
    Row{{"ttft_sched", "planned start to first token"},
        [](const Sample& s) { return between(s.sched, first_token(s)); }},
    Row{{"ttft_conn", "start of connecting to first token"},
        [](const Sample& s) { return between(s.started, first_token(s)); }},
    Row{{"ttfo", "request sent to first content that is no reasoning"},
        [](const Sample& s) { return between(s.sent, s.first_content); }},
    Row{{"ttfe", "request sent to first event of any kind"},
        [](const Sample& s) { return between(s.sent, s.first_event); }},
    Row{{"tth", "request sent to the head of the answer"}, [](const Sample& s) { return between(s.sent, s.headers); }},
    Row{{gaps, "gaps between token-bearing events, all requests pooled"}, nullptr},
    Row{{weighted, "mean gap of each request, weighted by its tokens"}, mean_gap},
    Row{{"itl.req", "mean gap of each request, unweighted"}, mean_gap},
    Row{{"itl.max", "largest gap of each request"}, largest_gap},
    Row{{"tpot", "first to last token over tokens - 1"}, mean_gap},
    Row{{"ntpot", "e2e over tokens"}, [](const Sample& s) { return per(between(s.sent, s.done), output_tokens(s)); }},
    Row{{"e2e", "request sent to the end mark of the answer"}, [](const Sample& s) { return between(s.sent, s.done); }},
    Row{{"e2e.last", "request sent to last token"}, [](const Sample& s) { return between(s.sent, last_token(s)); }},
    Row{{"e2e_sched", "planned start to the end mark"}, [](const Sample& s) { return between(s.sched, s.done); }},
};

constexpr auto names = [] {
  std::array<TimeMetric, rows.size()> all{};
  std::ranges::transform(rows, all.begin(), &Row::metric);
  return all;
}();

template <class T>
void reorder(std::vector<T>& values, const std::vector<std::size_t>& order) {
  if (values.empty()) return;
  std::vector<T> sorted;
  sorted.reserve(values.size());
  for (const auto i : order) sorted.push_back(values[i]);
  values = std::move(sorted);
}

Distribution collect_gaps(std::span<const Sample* const> samples) {
  std::vector<double> values;
  std::vector<std::uint32_t> owners;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& tokens = samples[i]->tokens;
    for (std::size_t k = 1; k < tokens.size(); ++k) {
      values.push_back(static_cast<double>(tokens[k] - tokens[k - 1]) / ns_per_ms);
      owners.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return {gaps, std::move(values), std::move(owners), {}};
}

}  // namespace measuring

std::span<const TimeMetric> time_metrics() { return measuring::names; }

std::int64_t output_tokens(const Sample& sample) {
  return sample.output_tokens.value_or(static_cast<std::int64_t>(sample.tokens.size()));
}

std::optional<double> value_of(const Sample& sample, std::string_view metric) {
  for (const auto& row : measuring::rows) {
    if (row.metric.name == metric) return row.of == nullptr ? std::nullopt : row.of(sample);
  }
  return std::nullopt;
}

Distribution collect(std::span<const Sample* const> successes, std::string_view metric) {
  if (metric == measuring::gaps) return measuring::collect_gaps(successes);
  std::vector<double> values;
  std::vector<double> weights;
  for (const auto* sample : successes) {
    const auto value = value_of(*sample, metric);
    if (!value) continue;
    values.push_back(*value);
    if (metric == measuring::weighted) weights.push_back(static_cast<double>(output_tokens(*sample) - 1));
  }
  return {metric, std::move(values), {}, std::move(weights)};
}

Distribution::Distribution(std::string_view name, std::vector<double> values, std::vector<std::uint32_t> owners,
                           std::vector<double> weights)
    : name_(name), values_(std::move(values)), owners_(std::move(owners)), weights_(std::move(weights)) {
  std::vector<std::size_t> order(values_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [this](std::size_t i) { return values_[i]; });
  measuring::reorder(values_, order);
  measuring::reorder(owners_, order);
  measuring::reorder(weights_, order);
}

std::optional<double> Distribution::at(double q) const {
  if (weights_.empty()) return quantile(values_, q);
  std::vector<Weighted> rows;
  rows.reserve(values_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) rows.push_back({values_[i], weights_[i]});
  return weighted_quantile(rows, q);
}

std::optional<double> Distribution::mean() const {
  if (values_.empty()) return std::nullopt;
  double sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double w = weights_.empty() ? 1 : weights_[i];
    sum += values_[i] * w;
    weight += w;
  }
  return sum / weight;
}

std::optional<double> Distribution::deviation() const {
  if (values_.size() < 2) return std::nullopt;
  const double middle = std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
  double squares = 0;
  for (const double value : values_) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values_.size() - 1));
}

}  // namespace llmgw::bench
