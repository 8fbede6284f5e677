#include "core/bench/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/nearest.h"
#include "core/bench/stats.h"

namespace llmgw::bench {
namespace reading {

constexpr double percent = 100;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The three parts around the operator.
struct Parts {
  std::string_view left;
  Comparison comparison = Comparison::less;
  std::string_view right;
};

Result<Parts> split(std::string_view text) {
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos) {
    return fail(Errc::usage, fmt::format("\"{}\" has no comparison; write it like ttft_p95<250ms", text));
  }
  const bool less = text[at] == '<';
  const bool equal = at + 1 < text.size() && text[at + 1] == '=';
  const auto comparison = less ? (equal ? Comparison::less_equal : Comparison::less)
                               : (equal ? Comparison::greater_equal : Comparison::greater);
  return Parts{trimmed(text.substr(0, at)), comparison, trimmed(text.substr(at + (equal ? 2 : 1)))};
}

struct UnitRow {
  std::string_view word;
  Unit unit;
  double factor;
};

constexpr std::array unit_rows{
    UnitRow{"us", Unit::ms, 1e-3},
    UnitRow{"ms", Unit::ms, 1},
    UnitRow{"s", Unit::ms, 1e3},
    UnitRow{"m", Unit::ms, 60e3},
    UnitRow{"%", Unit::ratio, 1 / percent},
    UnitRow{"", Unit::ratio, 1},
    UnitRow{"req/s", Unit::requests_per_s, 1},
    UnitRow{"/s", Unit::requests_per_s, 1},
    UnitRow{"", Unit::requests_per_s, 1},
    UnitRow{"tok/s", Unit::tokens_per_s, 1},
    UnitRow{"/s", Unit::tokens_per_s, 1},
    UnitRow{"", Unit::tokens_per_s, 1},
    UnitRow{"", Unit::values, 1},
};

std::string units_of(Unit unit) {
  std::string words;
  for (const auto& row : unit_rows) {
    if (row.unit != unit || row.word.empty()) continue;
    words += (words.empty() ? "" : ", ") + std::string(row.word);
  }
  return words;
}

Result<double> number_of(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return fail(Errc::usage, fmt::format("\"{}\" is no number", text));
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text = trimmed(text);
  return value;
}

Result<double> limit_of(std::string_view text, Unit unit, std::string_view whole) {
  if (text.empty()) return fail(Errc::usage, fmt::format("\"{}\" has no limit behind the comparison", whole));
  TRY(const auto value, number_of(text));
  const auto row =
      std::ranges::find_if(unit_rows, [&](const auto& known) { return known.unit == unit && known.word == text; });
  if (row == unit_rows.end()) {
    const auto units = unit == Unit::values ? std::string("a bare number") : units_of(unit);
    if (text.empty()) return fail(Errc::usage, fmt::format("\"{}\" needs a unit: {}", whole, units));
    return fail(Errc::usage, fmt::format("\"{}\" in \"{}\" is no unit of this metric ({})", text, whole, units));
  }
  return value * row->factor;
}

std::optional<Statistic> statistic_of(std::string_view word) {
  using Kind = Statistic::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 5> words{
      {{"mean", Kind::mean}, {"min", Kind::min}, {"max", Kind::max}, {"std", Kind::deviation}, {"count", Kind::count}}};
  for (const auto& [name, kind] : words) {
    if (word == name) return Statistic{kind, 0};
  }
  if (!word.starts_with('p')) return std::nullopt;
  auto digits = word.substr(1);
  const auto value = number_of(digits);
  if (!value || !digits.empty() || *value <= 0 || *value >= percent) return std::nullopt;
  return Statistic{Kind::quantile, *value / percent};
}

/// The registered name, which outlives the text that was read.
std::optional<std::string_view> time_metric(std::string_view name) {
  const auto found = std::ranges::find(time_metrics(), name == "itl.gap" ? "itl" : name, &TimeMetric::name);
  return found == time_metrics().end() ? std::nullopt : std::optional(found->name);
}

std::unexpected<Error> unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& metric : time_metrics()) names.push_back(metric.name);
  for (const auto& metric : scalar_metrics()) names.push_back(metric.name);
  auto stem = name;
  const auto bar = name.rfind('_');
  if (bar != std::string_view::npos && statistic_of(name.substr(bar + 1))) stem = name.substr(0, bar);
  const auto meant = nearest(stem, names);
  const auto advice = meant.empty() ? std::string() : fmt::format("; did you mean {}?", meant);
  return fail(Errc::usage, fmt::format("there is no metric \"{}\"{}", stem, advice));
}

/// Fills metric, statistic and unit from what stands before the comparison.
Result<> name_metric(Expression& expression, std::string_view left) {
  const auto scalar = std::ranges::find(scalar_metrics(), left, &Scalar::name);
  if (scalar != scalar_metrics().end()) {
    expression.metric = scalar->name;
    expression.unit = scalar->unit;
    return {};
  }
  if (time_metric(left)) {
    return fail(Errc::usage, fmt::format("\"{0}\" has many values; say which: {0}_p95, {0}_mean, {0}_max", left));
  }
  const auto bar = left.rfind('_');
  if (bar == std::string_view::npos) return unknown(left);
  const auto metric = time_metric(left.substr(0, bar));
  expression.statistic = statistic_of(left.substr(bar + 1));
  if (!metric) return unknown(left);
  if (!expression.statistic) {
    return fail(Errc::usage, fmt::format("\"{}\" is no statistic; use p50 to p99.99, mean, min, max, std, count",
                                         left.substr(bar + 1)));
  }
  expression.metric = *metric;
  expression.unit = expression.statistic->kind == Statistic::Kind::count ? Unit::values : Unit::ms;
  return {};
}

Result<Bound> bound_of(std::string_view text) {
  TRY(const auto parts, split(text));
  const auto metric = time_metric(parts.left);
  if (!metric) return unknown(parts.left);
  if (*metric == "itl") return fail(Errc::usage, "itl has many values in one request; use itl.max or tpot");
  TRY(const auto limit, limit_of(parts.right, Unit::ms, text));
  return Bound{*metric, parts.comparison, limit};
}

}  // namespace reading

bool holds(double value, Comparison comparison, double limit) {
  switch (comparison) {
    case Comparison::less: return value < limit;
    case Comparison::less_equal: return value <= limit;
    case Comparison::greater: return value > limit;
    case Comparison::greater_equal: return value >= limit;
  }
  return false;
}

Result<Expression> parse_expression(std::string_view text) {
  Expression expression;
  expression.text = reading::trimmed(text);
  TRY(const auto parts, reading::split(expression.text));
  TRY_VOID(reading::name_metric(expression, parts.left));
  expression.comparison = parts.comparison;
  TRY(expression.limit, reading::limit_of(parts.right, expression.unit, expression.text));
  return expression;
}

Result<std::vector<Bound>> parse_bounds(std::string_view text) {
  std::vector<Bound> bounds;
  for (;;) {
    const auto cut = std::min(text.find('&'), text.size());
    TRY(const auto bound, reading::bound_of(reading::trimmed(text.substr(0, cut))));
    bounds.push_back(bound);
    if (cut == text.size()) return bounds;
    text.remove_prefix(cut + 1);
  }
}

}  // namespace llmgw::bench
