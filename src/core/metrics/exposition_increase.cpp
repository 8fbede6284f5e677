#include "core/metrics/exposition_increase.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace llmgw::metrics {
namespace exposition_increase {

/// Ordered by identity, so that two pages are walked side by side.
std::vector<std::pair<std::uint64_t, double>> numbers(const Exposition& page, std::string_view name,
                                                      std::initializer_list<Label> where) {
  std::vector<std::pair<std::uint64_t, double>> found;
  for (const auto& sample : page.series(name)) {
    if (!std::isnan(sample.value) && sample.matches(where)) found.emplace_back(sample.identity, sample.value);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace exposition_increase

bool process_changed(const Exposition& before, const Exposition& after) {
  const auto then = before.max("process_start_time_seconds");
  const auto now = after.max("process_start_time_seconds");
  // The Python client computes it from the boot time at each start of a process, never twice in one.
  return then && now && *then != *now;
}

Increase increase(const Exposition& before, const Exposition& after, std::string_view name,
                  std::initializer_list<Label> where) {
  if (process_changed(before, after)) return {std::nullopt, true};
  const auto then = exposition_increase::numbers(before, name, where);
  const auto now = exposition_increase::numbers(after, name, where);
  if (then.empty() || now.empty()) return {};
  double total = 0;
  auto old = then.begin();
  for (const auto& [identity, value] : now) {
    if (old != then.end() && old->first < identity) return {std::nullopt, true};
    const bool known = old != then.end() && old->first == identity;
    const double grown = known ? value - old->second : value;
    if (grown < 0) return {std::nullopt, true};
    total += grown;
    if (known) ++old;
  }
  if (old != then.end()) return {std::nullopt, true};
  return {total, false};
}

}  // namespace llmgw::metrics
