#include "core/metrics/exposition.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/metrics/exposition_builder.h"

namespace llmgw::metrics {
namespace exposition_lookup {

constexpr std::string_view total = "_total";

/// The other spelling of a counter's name. Clients for the text format 0.0.4 write `X_total` for a counter `X`, some
/// exporters write `X` alone, and OpenMetrics demands the suffix on the sample but not on the family.
std::string twin_of(std::string_view name) {
  if (name.ends_with(total)) return std::string(name.substr(0, name.size() - total.size()));
  return std::string(name) + std::string(total);
}

}  // namespace exposition_lookup

std::optional<std::string_view> Sample::label(std::string_view wanted) const {
  const auto found = std::ranges::find(labels, wanted, &Label::name);
  return found == labels.end() ? std::nullopt : std::optional(found->value);
}

bool Sample::matches(std::initializer_list<Label> where) const {
  return std::ranges::all_of(where,
                             [&](const Label& wanted) { return std::ranges::find(labels, wanted) != labels.end(); });
}

Exposition Exposition::parse(std::string text) {
  ExpositionBuilder builder(std::move(text));
  return builder.build();
}

std::span<const Sample> Exposition::exactly(std::string_view name) const {
  const auto found = names_.find(name);
  if (found == names_.end()) return {};
  return std::span(samples_).subspan(found->second.first, found->second.count);
}

std::span<const Sample> Exposition::series(std::string_view name) const {
  if (const auto exact = exactly(name); !exact.empty()) return exact;
  const auto twin = exposition_lookup::twin_of(name);
  const auto counts = [&](std::string_view family) {
    const auto declared = type(family);
    return declared == FamilyType::counter || declared == FamilyType::unknown;
  };
  return counts(twin) && counts(name) ? exactly(twin) : std::span<const Sample>();
}

std::optional<double> Exposition::value(std::string_view name, std::initializer_list<Label> where) const {
  std::optional<double> only;
  for (const auto& sample : series(name)) {
    if (!sample.matches(where)) continue;
    if (only) return std::nullopt;
    only = sample.value;
  }
  return only && std::isnan(*only) ? std::nullopt : only;
}

std::optional<double> Exposition::sum(std::string_view name, std::initializer_list<Label> where) const {
  std::optional<double> total;
  for (const auto& sample : series(name)) {
    if (!std::isnan(sample.value) && sample.matches(where)) total = total.value_or(0) + sample.value;
  }
  return total;
}

std::optional<double> Exposition::max(std::string_view name, std::initializer_list<Label> where) const {
  std::optional<double> largest;
  for (const auto& sample : series(name)) {
    if (std::isnan(sample.value) || !sample.matches(where)) continue;
    largest = largest ? std::max(*largest, sample.value) : sample.value;
  }
  return largest;
}

FamilyType Exposition::type(std::string_view family) const {
  const auto found = types_.find(family);
  return found == types_.end() ? FamilyType::unknown : found->second;
}

bool Exposition::any_with_prefix(std::string_view prefix) const {
  const auto found = names_.lower_bound(prefix);
  return found != names_.end() && found->first.starts_with(prefix);
}

}  // namespace llmgw::metrics
