#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/health/state.h"

namespace llmgw::health {

/// In what a value is counted. Times are seconds, shares 0..1.
enum class Unit : std::uint8_t { none, seconds, ratio, count, per_s, tokens, usd, days };
/// `s`, `ratio`, `count`, `per_s`, `tokens`, `usd`, `days`, or empty.
std::string_view unit_name(Unit unit);
/// A value for people: `412ms`, `91%`, `0.5/s`, `262144`.
std::string value_text(double value, Unit unit);

/// One figure of a check.
struct Figure {
  std::string_view field;  ///< as thresholds name it; empty: the check's main figure
  double value = 0;
  Unit unit = Unit::none;
};

/// What a check found.
struct Finding {
  State state = State::ok;
  std::string_view code;  ///< a row of `codes()`
  std::string message;    ///< a sentence part; may quote what the server sent, never a secret
  std::vector<Figure> figures = {};
  std::optional<double> warn = std::nullopt;  ///< limits of the main figure that were in force
  std::optional<double> crit = std::nullopt;

  [[nodiscard]] const Figure* figure(std::string_view field) const;
};

/// What a code means and what to do about it. Codes never change their meaning: scripts depend on them.
struct Code {
  std::string_view code;
  std::string_view meaning;
  std::string_view hint;  ///< empty: nothing to do
};

/// All codes, in the order of the reference page.
std::span<const Code> codes();
/// The row of a code, or nullptr.
const Code* find_code(std::string_view code);

}  // namespace llmgw::health
