#include "core/health/plan.h"

#include <algorithm>
#include <array>

namespace llmgw::health {
namespace planning {

bool leads_to(const Check& from, std::string_view check) {
  if (from.id == check) return true;
  return std::ranges::any_of(from.depends, [&](std::string_view id) { return leads_to(*find_check(id), check); });
}

/// Which path of a kind answers a check.
struct Source {
  std::string_view check;
  std::string_view Kind::*path;
};
constexpr std::array sources{
    Source{"live", &Kind::live},   Source{"ready", &Kind::ready},     Source{"version", &Kind::version},
    Source{"auth", &Kind::models}, Source{"metrics", &Kind::metrics}, Source{"budget", &Kind::budget},
};

/// What has to be known before a model is asked: what it is for, and that it is there and awake.
constexpr std::array before_asking{&Kind::info, &Kind::loaded, &Kind::models, &Kind::asleep};

}  // namespace planning

std::string_view contact_path(const Kind* kind) {
  if (kind == nullptr) return first_fingerprint_paths().front();
  if (!kind->live.empty()) return kind->live;
  return kind->models.empty() ? std::string_view("/") : kind->models;
}

bool needs(const Selection& selection, std::string_view check) {
  return std::ranges::any_of(checks(), [&](const Check& candidate) {
    return selection.takes(candidate) && planning::leads_to(candidate, check);
  });
}

bool asks_models(const Selection& selection) {
  return std::ranges::any_of(checks(),
                             [&](const Check& check) { return check.plan != nullptr && needs(selection, check.id); });
}

std::string_view path_for(const Kind& kind, std::string_view check) {
  const auto found = std::ranges::find(planning::sources, check, &planning::Source::check);
  return found == planning::sources.end() ? std::string_view() : kind.*(found->path);
}

std::vector<std::string_view> paths_for(const Kind& kind, const Selection& selection) {
  std::vector<std::string_view> paths;
  const auto add = [&](std::string_view path) {
    if (!path.empty() && std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  };
  for (const auto& source : planning::sources) {
    if (needs(selection, source.check)) add(kind.*source.path);
  }
  if (!asks_models(selection)) return paths;
  for (const auto path : planning::before_asking) add(kind.*path);
  if (!kind.load.sleep.empty()) add(kind.metrics);
  return paths;
}

}  // namespace llmgw::health
