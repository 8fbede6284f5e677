#include "core/metrics/shard.h"

#include <algorithm>

namespace llmgw::metrics {

Shard::Shard() : counters_(table().size()), histograms_(table().size()) {
  for (std::size_t i = 0; i < table().size(); ++i) {
    const auto& row = table()[i];
    if (row.type == Type::histogram) {
      histograms_[i] = std::make_unique<Histogram[]>(series(row));
    } else {
      counters_[i] = std::make_unique<std::atomic<std::int64_t>[]>(series(row));
    }
  }
}

void Shard::add(Metric metric, std::int64_t by, std::size_t label, std::size_t second) {
  const auto& described = row(metric);
  const auto width = described.second_values.empty() ? 1 : described.second_values.size();
  counters_[static_cast<std::size_t>(metric)][label * width + second].fetch_add(by, std::memory_order_relaxed);
}

void Shard::observe(Metric metric, double seconds, std::size_t label) {
  auto& histogram = histograms_[static_cast<std::size_t>(metric)][label];
  const auto bucket = std::ranges::lower_bound(bucket_bounds, seconds) - bucket_bounds.begin();
  histogram.buckets[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  histogram.sum_us.fetch_add(static_cast<std::int64_t>(seconds * 1e6), std::memory_order_relaxed);
}

void Shard::request(Endpoint endpoint, const Error* error, double seconds) {
  const auto label = static_cast<std::size_t>(endpoint);
  add(Metric::requests, 1, label, error == nullptr ? 0 : 1 + static_cast<std::size_t>(error->code));
  observe(Metric::request_duration, seconds, label);
}

void Shard::attempt(const Error* error) {
  add(Metric::upstream_attempts, 1, error == nullptr ? 0 : 1 + static_cast<std::size_t>(error->code));
}

}  // namespace llmgw::metrics
