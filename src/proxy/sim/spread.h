#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"

namespace llmgw::sim {

using std::chrono::nanoseconds;

/// A duration as `250us`, `80ms`, `1.5s`, `2m`; a bare number is milliseconds.
Result<nanoseconds> parse_time(std::string_view text);

/// A quantity that varies: constant, normal (cut off at zero and at twice the mean) or lognormal.
struct Spread {
  enum class Shape { constant, normal, lognormal };
  double mean = 0;
  double deviation = 0;
  Shape shape = Shape::constant;
  friend bool operator==(const Spread&, const Spread&) = default;

  /// One value, never below zero and never above 1e15 (eleven days of nanoseconds).
  [[nodiscard]] double draw(IdSource& random) const;
};

/// `80ms`, `80ms±10ms`, `80ms+-10ms`, `80ms±10ms:lognormal`; the value counts nanoseconds.
Result<Spread> parse_time_spread(std::string_view text);
/// The same for plain numbers: `64`, `64±16`.
Result<Spread> parse_number_spread(std::string_view text);

}  // namespace llmgw::sim
