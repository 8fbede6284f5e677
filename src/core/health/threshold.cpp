#include "core/health/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/health/check.h"

namespace llmgw::health {
namespace threshold_reading {

using Comparison = Threshold::Comparison;

struct Suffix {
  std::string_view word;
  Unit unit;
  double factor;
};
constexpr std::array suffixes{
    Suffix{"us", Unit::seconds, 1e-6}, Suffix{"ms", Unit::seconds, 1e-3}, Suffix{"s", Unit::seconds, 1},
    Suffix{"m", Unit::seconds, 60},    Suffix{"h", Unit::seconds, 3600},  Suffix{"%", Unit::ratio, 0.01},
    Suffix{"/s", Unit::per_s, 1},      Suffix{"d", Unit::days, 1},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Result<double> limit_of(std::string_view text, Unit unit, std::string_view whole) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) {
    return fail(Errc::usage, fmt::format("\"{}\" in \"{}\" is no number", text, whole));
  }
  const auto word = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  if (word.empty()) {
    if (unit == Unit::seconds) return fail(Errc::usage, fmt::format("\"{}\" needs a unit: us, ms, s, m, h", whole));
    if (unit == Unit::ratio && value > 1) {
      return fail(Errc::usage, fmt::format("\"{}\" is a share of at most 1; write {}%", whole, text));
    }
    return value;
  }
  for (const auto& suffix : suffixes) {
    if (suffix.word == word && suffix.unit == unit) return value * suffix.factor;
  }
  return fail(Errc::usage, fmt::format("\"{}\" in \"{}\" is no unit of this figure", word, whole));
}

Result<const FieldSpec*> field_of(const Check& check, std::string_view field) {
  const auto found = std::ranges::find(check.fields, field, &FieldSpec::field);
  if (found != check.fields.end()) return &*found;
  const auto main = std::ranges::find(check.fields, std::string_view(), &FieldSpec::field);
  if (main != check.fields.end() && field == unit_name(main->unit)) return &*main;
  std::vector<std::string> there;
  for (const auto& spec : check.fields) {
    there.push_back(spec.field.empty() ? std::string(check.id) : fmt::format("{}.{}", check.id, spec.field));
  }
  if (there.empty()) return fail(Errc::usage, fmt::format("the check {} has no figure to compare", check.id));
  const auto asked = field.empty() ? std::string(check.id) : fmt::format("{}.{}", check.id, field);
  return fail(Errc::usage,
              fmt::format("there is no figure {}; of this check there is {}", asked, fmt::join(there, ", ")));
}

}  // namespace threshold_reading

Result<Threshold> parse_threshold(std::string_view text, State severity) {
  using threshold_reading::Comparison;
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos) {
    return fail(Errc::usage, fmt::format("\"{}\" has no comparison; write it like kv>90%", text));
  }
  const bool equal = at + 1 < text.size() && text[at + 1] == '=';
  const auto left = threshold_reading::trimmed(text.substr(0, at));
  const auto right = threshold_reading::trimmed(text.substr(at + (equal ? 2 : 1)));
  const auto dot = left.find('.');
  TRY(const auto* check, require_check(left.substr(0, dot)));
  const auto field = dot == std::string_view::npos ? std::string_view() : left.substr(dot + 1);
  TRY(const auto* spec, threshold_reading::field_of(*check, field));
  TRY(const auto limit, threshold_reading::limit_of(right, spec->unit, text));
  const bool less = text[at] == '<';
  const auto comparison = less ? (equal ? Comparison::less_equal : Comparison::less)
                               : (equal ? Comparison::greater_equal : Comparison::greater);
  return Threshold{std::string(text), check->id, spec->field, comparison, limit, severity};
}

bool passed(const Threshold& threshold, double value) {
  switch (threshold.comparison) {
    case Threshold::Comparison::less: return value < threshold.limit;
    case Threshold::Comparison::less_equal: return value <= threshold.limit;
    case Threshold::Comparison::greater: return value > threshold.limit;
    case Threshold::Comparison::greater_equal: return value >= threshold.limit;
  }
  return false;
}

Limits limits_of(std::string_view check, Limits built_in, std::span<const Threshold> thresholds) {
  for (const auto& threshold : thresholds) {
    if (threshold.check != check || !threshold.field.empty()) continue;
    (threshold.severity == State::crit ? built_in.crit : built_in.warn).reset();
  }
  return built_in;
}

void apply(std::span<const Threshold> thresholds, std::string_view check, Finding& finding) {
  for (const auto& threshold : thresholds) {
    if (threshold.check != check) continue;
    if (threshold.field.empty()) {
      (threshold.severity == State::crit ? finding.crit : finding.warn) = threshold.limit;
    }
    const auto* figure = finding.figure(threshold.field);
    if (figure == nullptr || !passed(threshold, figure->value) || finding.state >= threshold.severity) continue;
    finding.state = threshold.severity;
    finding.code = "limit_passed";
    finding.message =
        fmt::format("{}: {} is {}", finding.message, threshold.text, value_text(figure->value, figure->unit));
  }
}

}  // namespace llmgw::health
