#include "core/gpu/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace llmgw::gpu {
namespace selecting {

std::optional<std::int64_t> index(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

bool named(const Gpu& gpu, std::string_view word) {
  if (const auto number = index(word)) return gpu.index == *number;
  if (gpu[Label::uuid] && gpu[Label::uuid]->starts_with(word)) return true;
  if (!gpu.mig) return false;
  return std::ranges::any_of(*gpu.mig,
                             [&](const MigDevice& part) { return part.uuid && part.uuid->starts_with(word); });
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> words;
  while (true) {
    const auto comma = list.find(',');
    auto word = list.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (!word.empty()) words.push_back(word);
    if (comma == std::string_view::npos) return words;
    list.remove_prefix(comma + 1);
  }
}

/// Where the first GPU of that name stands among those that are not taken yet.
const Gpu* find(const Snapshot& snapshot, std::string_view word, const std::vector<Gpu>& taken) {
  for (const auto& gpu : snapshot.gpus) {
    const bool again = std::ranges::any_of(taken, [&](const Gpu& each) { return each.index == gpu.index; });
    if (!again && named(gpu, word)) return &gpu;
  }
  return nullptr;
}

bool known(const Snapshot& snapshot, std::string_view word) {
  return std::ranges::any_of(snapshot.gpus, [&](const Gpu& gpu) { return named(gpu, word); });
}

/// Why a candidate does not do; empty when it does.
std::string objection(const Figure& free, const Figure& util, const Need& need) {
  constexpr double gib = 0x1p30;
  constexpr double whatever = 100;
  if (!free) return "its free memory is not known: " + free.why;
  if (*free < need.free_b) return fmt::format("{:.1f} GiB free", *free / gib);
  if (need.most_util >= whatever) return {};
  if (!util) return "its use is not known: " + util.why;
  if (*util > need.most_util) return fmt::format("{:.0f} % used", *util);
  return {};
}

/// What a job would get.
struct Offer {
  const Text& uuid;
  const Text& name;
  const Figure& free;
  const Figure& util;
};

/// Candidates of one host, and why the others are none.
struct Search {
  const Need& need;
  std::vector<Candidate> found = {};
  std::string objections = {};

  void look_at(const Gpu& gpu, const Offer& offer) {
    auto why = gpu.presence != Presence::ok ? gpu.trouble : objection(offer.free, offer.util, need);
    if (why.empty() && !offer.uuid) why = "its UUID is not known: " + offer.uuid.why;
    if (why.empty()) {
      found.push_back({gpu.index, *offer.uuid, offer.name.value_or(""), *offer.free, offer.util});
      return;
    }
    objections += fmt::format("{}GPU {}: {}", objections.empty() ? "" : "; ", gpu.index, why);
  }
};

}  // namespace selecting

Result<> keep_named(const std::vector<std::string>& words, Snapshot& snapshot) {
  if (words.empty()) return {};
  std::vector<Gpu> kept;
  for (const auto& list : words) {
    for (const auto word : selecting::split(list)) {
      if (const auto* gpu = selecting::find(snapshot, word, kept)) {
        kept.push_back(*gpu);
      } else if (!selecting::known(snapshot, word)) {
        std::string there;
        for (const auto& each : snapshot.gpus) {
          there +=
              fmt::format("{}{} ({})", there.empty() ? "" : ", ", each.index, each[Label::uuid].value_or("no UUID"));
        }
        return fail(Errc::not_found, fmt::format("no GPU '{}' on {}; there are {}", word, snapshot.host,
                                                 there.empty() ? "none" : there));
      }
    }
  }
  snapshot.gpus = std::move(kept);
  return {};
}

void keep_visible(std::string_view variable, Snapshot& snapshot) {
  std::vector<Gpu> kept;
  for (const auto word : selecting::split(variable)) {
    const auto* gpu = selecting::find(snapshot, word, kept);
    if (gpu == nullptr) break;
    kept.push_back(*gpu);
  }
  snapshot.gpus = std::move(kept);
}

void keep_user(std::string_view user, Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    if (!gpu.procs) continue;
    std::erase_if(*gpu.procs, [user](const Process& process) { return process.user.value_or("") != user; });
  }
}

Result<std::vector<Candidate>> pick(const Snapshot& snapshot, const Need& need) {
  selecting::Search search{.need = need};
  for (const auto& gpu : snapshot.gpus) {
    if (!gpu.mig || gpu[Label::mig_mode].value_or("") != "enabled") {
      search.look_at(gpu, {gpu[Label::uuid], gpu[Label::name], gpu[Field::mem_free], gpu[Field::util_gpu]});
      continue;
    }
    for (const auto& part : *gpu.mig) {
      const auto free = part.mem_total_b && part.mem_used_b ? Figure(*part.mem_total_b - *part.mem_used_b)
                                                            : Figure::unknown(part.mem_used_b.why);
      const auto util = Figure::unknown("NVML does not measure the use of MIG devices");
      search.look_at(gpu, {part.uuid, part.name, free, util});
    }
  }
  std::ranges::stable_sort(search.found, [](const Candidate& a, const Candidate& b) {
    if (a.free_b != b.free_b) return a.free_b > b.free_b;
    constexpr double unknown = 1000;  // behind all that are known
    return a.util.value_or(unknown) < b.util.value_or(unknown);
  });
  if (search.found.size() < need.count) {
    return fail(Errc::not_found, fmt::format("{} of {} GPUs meet the need{}{}", search.found.size(), need.count,
                                             search.objections.empty() ? "" : ": ", search.objections));
  }
  search.found.resize(need.count);
  return std::move(search.found);
}

}  // namespace llmgw::gpu
