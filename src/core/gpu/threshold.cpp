#include "core/gpu/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "core/base/nearest.h"

namespace llmgw::gpu {
namespace threshold_reading {

struct Operator {
  std::string_view text;
  Comparison comparison;
};
// Longer ones first: `<` begins `<=`.
constexpr std::array operators{Operator{"<=", Comparison::less_equal}, Operator{">=", Comparison::greater_equal},
                               Operator{"<", Comparison::less}, Operator{">", Comparison::greater}};

constexpr std::array<std::pair<std::string_view, double>, 9> sizes{{{"KiB", 0x1p10},
                                                                    {"MiB", 0x1p20},
                                                                    {"GiB", 0x1p30},
                                                                    {"TiB", 0x1p40},
                                                                    {"kB", 1e3},
                                                                    {"MB", 1e6},
                                                                    {"GB", 1e9},
                                                                    {"TB", 1e12},
                                                                    {"B", 1}}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// A number and what stands behind it.
std::optional<std::pair<double, std::string_view>> split_value(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return std::pair(value, trimmed(text.substr(static_cast<std::size_t>(end - text.data()))));
}

/// What a percentage of a figure is a percentage of.
std::optional<Field> whole_of(Field field) {
  switch (field) {
    case Field::mem_used:
    case Field::mem_free:
    case Field::mem_reserved: return Field::mem_total;
    case Field::power: return Field::power_limit;
    case Field::clock_sm: return Field::clock_sm_max;
    case Field::clock_mem: return Field::clock_mem_max;
    default: return std::nullopt;
  }
}

Result<Field> read_field(std::string_view name) {
  if (const auto field = find_field(name)) return *field;
  std::vector<std::string_view> names;
  for (const auto& row : fields()) names.push_back(row.path);
  const auto meant = nearest(name, names);
  return fail(Errc::usage, fmt::format("'{}' is no figure of a GPU{}", name,
                                       meant.empty() ? std::string{} : fmt::format("; did you mean {}?", meant)));
}

}  // namespace threshold_reading

std::optional<double> parse_size(std::string_view text) {
  const auto split = threshold_reading::split_value(threshold_reading::trimmed(text));
  if (!split || split->first < 0) return std::nullopt;
  if (split->second.empty()) return split->first;
  for (const auto& [name, factor] : threshold_reading::sizes) {
    if (split->second == name) return split->first * factor;
  }
  return std::nullopt;
}

Result<Threshold> parse_threshold(std::string_view text) {
  using namespace threshold_reading;
  const auto place = text.find_first_of("<>");
  const auto* found = operators.end();
  if (place != std::string_view::npos) {
    found = std::ranges::find_if(operators,
                                 [&](const Operator& each) { return text.substr(place).starts_with(each.text); });
  }
  if (found == operators.end()) {
    return fail(Errc::usage, fmt::format("'{}' has no comparison; write FIGURE>VALUE, as in temp.gpu_c>85", text));
  }
  Threshold threshold{.text = std::string(trimmed(text)), .comparison = found->comparison};
  TRY(threshold.field, read_field(trimmed(text.substr(0, place))));
  const auto value = trimmed(text.substr(place + found->text.size()));
  const auto split = split_value(value);
  const auto& wanted = row(threshold.field);
  const auto refuse = [&] {
    return fail(Errc::usage,
                fmt::format("'{}' is no value of {}{}", value, wanted.path,
                            symbol(wanted.unit).empty() ? std::string{} : fmt::format(" in {}", symbol(wanted.unit))));
  };
  if (!split) return refuse();
  threshold.limit = split->first;
  if (split->second.empty() || split->second == symbol(wanted.unit)) return threshold;
  constexpr double hundred = 100;
  if (split->second == "%") {
    threshold.share_of = whole_of(threshold.field);
    threshold.limit /= hundred;
    if (threshold.share_of) return threshold;
  }
  const auto size = wanted.unit == Unit::bytes ? parse_size(value) : std::nullopt;
  if (!size) return refuse();
  threshold.limit = *size;
  return threshold;
}

Fact<bool> crossed(const Threshold& threshold, const Gpu& gpu) {
  const auto& value = gpu[threshold.field];
  if (!value) return Fact<bool>::unknown(value.why);
  double limit = threshold.limit;
  if (threshold.share_of) {
    const auto& whole = gpu[*threshold.share_of];
    if (!whole) return Fact<bool>::unknown(fmt::format("{}: {}", row(*threshold.share_of).path, whole.why));
    limit *= *whole;
  }
  switch (threshold.comparison) {
    case Comparison::less: return *value < limit;
    case Comparison::less_equal: return *value <= limit;
    case Comparison::greater: return *value > limit;
    case Comparison::greater_equal: return *value >= limit;
  }
  return false;
}

}  // namespace llmgw::gpu
