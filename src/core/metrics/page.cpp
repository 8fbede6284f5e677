#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "core/metrics/exposition_line.h"
#include "core/metrics/shard.h"

namespace llmgw::metrics {
namespace metrics_page {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::counter: return "counter";
    case Type::gauge: return "gauge";
    case Type::histogram: return "histogram";
  }
  return "untyped";
}

// Second column of /proc/self/statm: resident pages (proc(5)). Absent elsewhere: the sample is left out.
std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  if (!(file >> total >> resident)) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

void append_head(std::string& out, std::string_view name, std::string_view help, Type type) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type_name(type));
}

}  // namespace metrics_page

std::int64_t Page::sum(const Row& row, std::size_t at) const {
  std::int64_t total = 0;
  for (const auto* shard : shards_) {
    total += shard->counters_[static_cast<std::size_t>(row.metric)][at].load(std::memory_order_relaxed);
  }
  return total;
}

void Page::append_histogram(std::string& out, const Row& row, std::size_t label) const {
  auto write = std::back_inserter(out);
  const auto selector = row.label.empty() ? std::string() : fmt::format("{}=\"{}\",", row.label, row.values[label]);
  const auto plain = row.label.empty() ? std::string() : fmt::format("{{{}=\"{}\"}}", row.label, row.values[label]);
  std::uint64_t below = 0;
  std::int64_t sum_us = 0;
  std::array<std::uint64_t, bucket_bounds.size() + 1> buckets{};
  for (const auto* shard : shards_) {
    const auto& histogram = shard->histograms_[static_cast<std::size_t>(row.metric)][label];
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      buckets[i] += histogram.buckets[i].load(std::memory_order_relaxed);
    }
    sum_us += histogram.sum_us.load(std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < bucket_bounds.size(); ++i) {
    below += buckets[i];
    fmt::format_to(write, "{}_bucket{{{}le=\"{}\"}} {}\n", row.name, selector, bucket_bounds[i], below);
  }
  below += buckets.back();
  fmt::format_to(write, "{}_bucket{{{}le=\"+Inf\"}} {}\n", row.name, selector, below);
  fmt::format_to(write, "{}_sum{} {:.6f}\n", row.name, plain, static_cast<double>(sum_us) / 1e6);
  fmt::format_to(write, "{}_count{} {}\n", row.name, plain, below);
}

void Page::append_row(std::string& out, const Row& row) const {
  metrics_page::append_head(out, row.name, row.help, row.type);
  auto write = std::back_inserter(out);
  const auto first = row.values.empty() ? 1 : row.values.size();
  const auto second = row.second_values.empty() ? 1 : row.second_values.size();
  for (std::size_t i = 0; i < first; ++i) {
    if (row.type == Type::histogram) {
      append_histogram(out, row, i);
      continue;
    }
    for (std::size_t j = 0; j < second; ++j) {
      const auto value = sum(row, i * second + j);
      // Labelled series that never counted are left out: the product of all labels would be mostly zeros.
      if (value == 0 && !row.second_values.empty()) continue;
      if (row.label.empty()) {
        fmt::format_to(write, "{} {}\n", row.name, value);
      } else if (row.second_values.empty()) {
        fmt::format_to(write, "{}{{{}=\"{}\"}} {}\n", row.name, row.label, row.values[i], value);
      } else {
        fmt::format_to(write, "{}{{{}=\"{}\",{}=\"{}\"}} {}\n", row.name, row.label, row.values[i], row.second_label,
                       row.second_values[j], value);
      }
    }
  }
}

namespace metrics_page {

/// A family nobody has a figure for is left out: missing is not 0.
void append_found(std::string& out, const Row& row, std::span<const Found> found) {
  bool begun = false;
  for (const auto& one : found) {
    if (one.metric != row.metric) continue;
    if (!std::exchange(begun, true)) append_head(out, row.name, row.help, row.type);
    fmt::format_to(std::back_inserter(out), "{}{{{}=\"{}\"}} {}\n", row.name, row.label, escape_label(one.label),
                   one.value);
  }
}

}  // namespace metrics_page

std::string Page::text(std::string_view version, std::int64_t started_unix_s, std::span<const Found> found) const {
  std::string out;
  for (const auto& row : table()) {
    if (row.open_label) {
      metrics_page::append_found(out, row, found);
    } else {
      append_row(out, row);
    }
  }
  auto write = std::back_inserter(out);
  metrics_page::append_head(out, "llmgw_build_info", "Version of the running program.", Type::gauge);
  fmt::format_to(write, "llmgw_build_info{{version=\"{}\"}} 1\n", version);
  metrics_page::append_head(out, "process_start_time_seconds", "Start time since 1970 in seconds.", Type::gauge);
  fmt::format_to(write, "process_start_time_seconds {}\n", started_unix_s);
  if (const auto resident = metrics_page::resident_bytes(); resident > 0) {
    metrics_page::append_head(out, "process_resident_memory_bytes", "Resident memory in bytes.", Type::gauge);
    fmt::format_to(write, "process_resident_memory_bytes {}\n", resident);
  }
  return out;
}

std::int64_t Page::total(Metric metric, const std::function<bool(std::size_t, std::size_t)>& counts) const {
  const auto& counted = row(metric);
  const auto width = counted.second_values.empty() ? 1 : counted.second_values.size();
  std::int64_t total = 0;
  for (std::size_t at = 0; at < series(counted); ++at) {
    if (!counts || counts(at / width, at % width)) total += sum(counted, at);
  }
  return total;
}

std::string markdown_reference() {
  std::string out = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
  for (const auto& row : table()) {
    const auto labels =
        row.second_label.empty() ? std::string(row.label) : fmt::format("{}, {}", row.label, row.second_label);
    fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} |\n", row.name, metrics_page::type_name(row.type),
                   labels, row.help);
  }
  return out;
}

}  // namespace llmgw::metrics
