#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/metrics/table.h"

namespace llmgw::metrics {

/// Upper bounds of the histogram buckets in seconds; the last bucket is +Inf.
inline constexpr std::array<double, 16> bucket_bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,  0.25,
                                                      0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0, 300.0};

/// The figures of one worker. Written by its worker, read by whoever answers a scrape: relaxed atomics, no lock.
class Shard {
 public:
  Shard();
  void add(Metric metric, std::int64_t by = 1, std::size_t label = 0, std::size_t second = 0);
  void observe(Metric metric, double seconds, std::size_t label = 0);

  /// A finished request.
  void request(Endpoint endpoint, const Error* error, double seconds);
  /// An answered upstream attempt.
  void attempt(const Error* error);

 private:
  friend class Page;
  struct Histogram {
    std::array<std::atomic<std::uint64_t>, bucket_bounds.size() + 1> buckets{};
    std::atomic<std::int64_t> sum_us{0};
  };
  std::vector<std::unique_ptr<std::atomic<std::int64_t>[]>> counters_;  // by metric
  std::vector<std::unique_ptr<Histogram[]>> histograms_;                // by metric
};

/// The sum of all workers' shards, written in the Prometheus text format (version 0.0.4).
class Page {
 public:
  explicit Page(const std::vector<const Shard*>& shards) : shards_(shards) {}
  /// The whole page, with build information, process start time and memory; `found` are the figures of open labels.
  [[nodiscard]] std::string text(std::string_view version, std::int64_t started_unix_s,
                                 std::span<const Found> found = {}) const;
  /// The sum of a counter's or gauge's series: those that `counts` takes by the indices of both labels, or all of them.
  [[nodiscard]] std::int64_t total(Metric metric,
                                   const std::function<bool(std::size_t label, std::size_t second)>& counts = {}) const;

 private:
  void append_row(std::string& out, const Row& row) const;
  void append_histogram(std::string& out, const Row& row, std::size_t label) const;
  [[nodiscard]] std::int64_t sum(const Row& row, std::size_t at) const;
  const std::vector<const Shard*>& shards_;
};

/// The table as a Markdown page for the documentation.
std::string markdown_reference();

}  // namespace llmgw::metrics
