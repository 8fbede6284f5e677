#include "core/metrics/exposition_histogram.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace llmgw::metrics {
namespace exposition_histogram {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<double> bound_of(const Sample& sample) {
  auto text = sample.label("le").value_or(std::string_view());
  if (text.starts_with('+')) text.remove_prefix(1);
  double bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  // Nothing is below minus infinity, and between it and another bound there is no middle.
  if (std::isnan(bound) || bound == -infinity) return std::nullopt;
  return bound;
}

struct Column {
  double below = 0;
  std::size_t series = 0;
};

}  // namespace exposition_histogram

std::optional<BucketHistogram> BucketHistogram::read(const Exposition& page, std::string_view name,
                                                     std::initializer_list<Label> where) {
  using exposition_histogram::infinity;
  std::map<double, exposition_histogram::Column> columns;
  std::size_t most = 0;
  for (const auto& sample : page.series(std::string(name) + "_bucket")) {
    const auto bound = exposition_histogram::bound_of(sample);
    if (!bound || !std::isfinite(sample.value) || sample.value < 0 || !sample.matches(where)) continue;
    auto& column = columns[*bound];
    column.below += sample.value;
    most = std::max(most, ++column.series);
  }
  if (columns.empty()) return std::nullopt;
  if (!columns.contains(infinity)) {
    const auto count = page.sum(std::string(name) + "_count", where);
    if (!count || !std::isfinite(*count)) return std::nullopt;
    columns[infinity] = {*count, most};
  }
  BucketHistogram histogram;
  double below = 0;
  for (const auto& [bound, column] : columns) {
    if (column.series != most && bound != infinity) continue;
    // Counters read one after the other can be out of step by an observation: never let the sum fall.
    below = std::max(below, column.below);
    histogram.buckets_.push_back({bound, below});
  }
  return histogram;
}

std::optional<BucketQuantile> BucketHistogram::quantile(double q) const {
  if (!(count() > 0) || !(q >= 0 && q <= 1)) return std::nullopt;
  const double rank = q * count();
  const auto found = std::ranges::find_if(buckets_, [&](const Bucket& bucket) { return bucket.below >= rank; });
  const auto& bucket = found == buckets_.end() ? buckets_.back() : *found;
  const auto at = static_cast<std::size_t>(&bucket - buckets_.data());
  if (std::isinf(bucket.bound)) {
    if (at == 0) return std::nullopt;
    return BucketQuantile{buckets_[at - 1].bound, true};
  }
  // The first bucket begins at 0 where its bound is above 0: times and sizes are not negative.
  if (at == 0 && bucket.bound <= 0) return BucketQuantile{bucket.bound, false};
  const double from = at == 0 ? 0 : buckets_[at - 1].bound;
  const double before = at == 0 ? 0 : buckets_[at - 1].below;
  const double inside = bucket.below - before;
  const double share = inside > 0 ? (rank - before) / inside : 1;
  return BucketQuantile{from + (bucket.bound - from) * share, false};
}

std::optional<BucketHistogram> BucketHistogram::since(const BucketHistogram& earlier) const {
  if (earlier.buckets_.size() != buckets_.size()) return std::nullopt;
  BucketHistogram difference;
  double below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const auto& then = earlier.buckets_[i];
    if (then.bound != buckets_[i].bound || buckets_[i].below < then.below) return std::nullopt;
    below = std::max(below, buckets_[i].below - then.below);
    difference.buckets_.push_back({buckets_[i].bound, below});
  }
  return difference;
}

}  // namespace llmgw::metrics
