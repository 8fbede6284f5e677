#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmgw {

/// Where time comes from; tests pass a ManualClock.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic time in nanoseconds since an arbitrary point.
  [[nodiscard]] virtual std::int64_t now_ns() const = 0;
  /// Wall clock in seconds since 1970-01-01 UTC.
  [[nodiscard]] virtual std::int64_t unix_s() const = 0;
};

/// CLOCK_MONOTONIC and the system's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ns() const override;
  [[nodiscard]] std::int64_t unix_s() const override;
};

/// Stands still until it is advanced.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ns() const override { return now_ns_; }
  [[nodiscard]] std::int64_t unix_s() const override { return epoch_s_ + now_ns_ / 1'000'000'000; }
  void advance(std::chrono::nanoseconds by) { now_ns_ += by.count(); }

 private:
  std::int64_t now_ns_ = 0;
  std::int64_t epoch_s_ = 1'763'600'000;
};

/// `2026-11-21T09:30:00Z` for seconds since 1970.
std::string rfc3339(std::int64_t unix_s);

/// `250ms`, `10s`, `1.5s`, `2m`, `1h`, or a bare number of seconds; nullopt for anything else, and beyond a year.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// The same the other way, in seconds where that leaves a whole number, else in milliseconds: `300s`, `1500ms`.
std::string duration_text(std::chrono::milliseconds time);

}  // namespace llmgw
