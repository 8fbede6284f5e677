#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/health/finding.h"

namespace llmgw::health {

/// A limit of the user's on one figure: `kv>90%`, `tcp.s>0.5s`.
struct Threshold {
  enum class Comparison { less, less_equal, greater, greater_equal };
  std::string text;        ///< as written
  std::string_view check;  ///< the check's id
  std::string_view field;  ///< of its figures; empty: the main one
  Comparison comparison = Comparison::greater;
  double limit = 0;              ///< in the figure's unit
  State severity = State::warn;  ///< what passing it means
};

/// Reads `CHECK[.FIELD] OP VALUE[UNIT]` with OP one of < <= > >=; a main figure may be called by its unit (`tls.days`).
/// Times take us, ms, s, m, h; shares take % or a number up to 1. `usage` errors name the nearest check or the fields
/// there are.
Result<Threshold> parse_threshold(std::string_view text, State severity);

/// True when the threshold's condition holds for the figure.
bool passed(const Threshold& threshold, double value);

/// The limits of a check's main figure: the user's take the place of the built-in ones of the same severity.
struct Limits {
  std::optional<double> warn;
  std::optional<double> crit;
};
Limits limits_of(std::string_view check, Limits built_in, std::span<const Threshold> thresholds);

/// Makes a finding worse where a figure of it is beyond a threshold, and says so.
void apply(std::span<const Threshold> thresholds, std::string_view check, Finding& finding);

}  // namespace llmgw::health
