#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "core/metrics/exposition.h"

namespace llmgw::metrics {

/// A quantile of a histogram, as good as its buckets are.
struct BucketQuantile {
  double value = 0;
  bool above = false;  ///< it lies in the +Inf bucket: more than `value`, the last finite bound; nobody knows how much
};

/// A histogram family read from a page, in the family's unit.
class BucketHistogram {
 public:
  /// The histogram `name` (its `name_bucket` series), summed over the series that match. Bounds that only some of them
  /// have are left out. Nullopt when there is none, or when its total is not known.
  static std::optional<BucketHistogram> read(const Exposition& page, std::string_view name,
                                             std::initializer_list<Label> where = {});

  /// Observations in all.
  [[nodiscard]] double count() const { return buckets_.back().below; }
  /// The quantile `q` (0..1), interpolated linearly inside its bucket as PromQL's histogram_quantile() does. Nullopt
  /// without observations.
  [[nodiscard]] std::optional<BucketQuantile> quantile(double q) const;
  /// What came since `earlier`; nullopt when the server has begun anew in between or has other buckets now.
  [[nodiscard]] std::optional<BucketHistogram> since(const BucketHistogram& earlier) const;

 private:
  struct Bucket {
    double bound = 0;  ///< inclusive upper bound; the last one is infinite
    double below = 0;  ///< observations up to it
  };
  std::vector<Bucket> buckets_;  // ascending, never empty
};

}  // namespace llmgw::metrics
