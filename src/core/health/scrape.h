#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/health/kind.h"
#include "core/metrics/exposition.h"

namespace llmgw::health {

/// A page of metrics cut down to the series that rates need, so that the next run can do without a second scrape.
struct Scrape {
  std::int64_t unix_s = 0;        ///< when it was taken
  std::int64_t monotonic_ns = 0;  ///< the same on the clock of this boot of the machine
  std::string page;               ///< Prometheus text; empty: the server has none of these series
  friend bool operator==(const Scrape&, const Scrape&) = default;
};

/// Cuts the page down.
Scrape scrape_of(const metrics::Exposition& page, const LoadMetrics& names, const Clock& clock);

/// Seconds from that scrape to now; nullopt when it is more than an hour old, less than a second, or of the future.
std::optional<double> age_of(const Scrape& scrape, const Clock& clock);

/// True when both pages come from the same run of a server, as far as they tell.
bool same_run(const metrics::Exposition& before, const metrics::Exposition& now, const LoadMetrics& names);

}  // namespace llmgw::health
