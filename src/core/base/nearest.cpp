#include "core/base/nearest.h"

#include <algorithm>
#include <vector>

namespace llmgw {
namespace nearest_name {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(char a, char b) { return lower(a) == lower(b); }

}  // namespace nearest_name

// The restricted Damerau-Levenshtein distance: a swap of neighbours, the commonest slip, counts as one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto width = b.size() + 1;
  std::vector<std::size_t> before(width);
  std::vector<std::size_t> above(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t replaced = above[j - 1] + (nearest_name::same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && nearest_name::same(a[i - 1], b[j - 2]) && nearest_name::same(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[width - 1];
}

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates) {
  constexpr std::size_t longest = 64;  // a longer text is no slip, and the distance is quadratic
  if (wrong.size() > longest) return {};
  std::string_view best;
  std::size_t best_distance = longest;
  for (const auto candidate : candidates) {
    if (candidate.size() > longest) continue;
    const auto distance = edit_distance(wrong, candidate);
    const auto allowed = std::max<std::size_t>(1, std::max(wrong.size(), candidate.size()) / 3);
    if (distance <= allowed && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace llmgw
