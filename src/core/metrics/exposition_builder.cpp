#include "core/metrics/exposition_builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

namespace llmgw::metrics {
namespace exposition_build {

/// Series of equal hash that are compared with one another. A page made to collide costs no more time for it; at worst
/// a repeated series of it is counted twice.
constexpr std::size_t max_compared = 16;

struct TypeWord {
  std::string_view word;
  FamilyType type;
};
constexpr std::array type_words{
    TypeWord{"counter", FamilyType::counter},     TypeWord{"gauge", FamilyType::gauge},
    TypeWord{"histogram", FamilyType::histogram}, TypeWord{"gaugehistogram", FamilyType::histogram},
    TypeWord{"summary", FamilyType::summary},     TypeWord{"info", FamilyType::info},
    TypeWord{"stateset", FamilyType::state_set},
};

FamilyType type_of(std::string_view word) {
  const auto found = std::ranges::find(type_words, word, &TypeWord::word);
  return found == type_words.end() ? FamilyType::unknown : found->type;
}

/// Labels are a set: the sum over them does not depend on their order.
std::uint64_t identity_of(std::string_view name, std::span<const Label> labels) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
  const std::hash<std::string_view> hash;
  std::uint64_t sum = hash(name);
  for (const auto& label : labels) sum += (hash(label.name) * odd) ^ (hash(label.value) + odd);
  return sum;
}

bool same_labels(std::span<const Label> left, std::span<const Label> right) {
  return left.size() == right.size() &&
         std::ranges::all_of(left, [&](const Label& label) { return std::ranges::find(right, label) != right.end(); });
}

}  // namespace exposition_build

ExpositionBuilder::ExpositionBuilder(std::string text) {
  if (text.size() > Exposition::max_bytes) {
    page_.truncated_ = true;
    const auto last = text.rfind('\n', Exposition::max_bytes - 1);
    text.resize(last == std::string::npos ? 0 : last + 1);
    text.shrink_to_fit();
  }
  page_.text_ = std::make_unique<std::string>(std::move(text));
}

Exposition ExpositionBuilder::build() {
  read_lines();
  group();
  return std::move(page_);
}

void ExpositionBuilder::read_lines() {
  char* at = page_.text_->data();
  char* const end = at + page_.text_->size();
  while (at != end) {
    auto* stop = static_cast<char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (stop == nullptr) stop = end;
    if (rows_.size() == Exposition::max_series || page_.labels_.size() >= Exposition::max_labels) {
      page_.truncated_ = true;
      return;
    }
    const auto first_label = page_.labels_.size();
    take(read_line(at, stop, page_.labels_), first_label);
    at = stop == end ? end : stop + 1;
  }
}

void ExpositionBuilder::take(const Line& line, std::size_t first_label) {
  switch (line.kind) {
    case Line::Kind::nothing: return;
    case Line::Kind::malformed: ++page_.malformed_; return;
    case Line::Kind::type:
      if (page_.types_.size() < Exposition::max_series) {
        page_.types_[line.name] = exposition_build::type_of(line.type_word);
      }
      return;
    case Line::Kind::sample: break;
  }
  if (creation_time(line.name)) {
    page_.labels_.resize(first_label);
    return;
  }
  rows_.push_back({line.name, name_id(line.name), first_label, page_.labels_.size() - first_label, line.value});
}

// OpenMetrics 1.0 gives counters, histograms and summaries a sample X_created; the Python client writes it into the
// text format 0.0.4 too, as a gauge. A metric of its own may end so as well (kube_pod_created): only beside such a
// family.
bool ExpositionBuilder::creation_time(std::string_view name) const {
  constexpr std::string_view suffix = "_created";
  if (!name.ends_with(suffix)) return false;
  const auto family = name.substr(0, name.size() - suffix.size());
  for (const auto declared : {page_.type(family), page_.type(std::string(family) + "_total")}) {
    if (declared == FamilyType::counter || declared == FamilyType::histogram || declared == FamilyType::summary) {
      return true;
    }
  }
  return false;
}

std::size_t ExpositionBuilder::name_id(std::string_view name) {
  if (name != last_name_ || rows_of_name_.empty()) {
    const auto [entry, fresh] = page_.names_.try_emplace(name);
    if (fresh) {
      entry->second.first = rows_of_name_.size();  // the id, until the groups' places are known
      rows_of_name_.push_back(0);
    }
    last_name_ = name;
    last_id_ = entry->second.first;
  }
  ++rows_of_name_[last_id_];
  return last_id_;
}

void ExpositionBuilder::group() {
  std::vector<std::size_t> next(rows_of_name_.size());
  std::size_t place = 0;
  for (auto& [name, range] : page_.names_) {
    next[range.first] = place;
    range = {place, rows_of_name_[range.first]};
    place += range.count;
  }
  page_.samples_.resize(rows_.size());
  for (const auto& row : rows_) {
    const auto labels = std::span<const Label>(page_.labels_).subspan(row.first_label, row.label_count);
    page_.samples_[next[row.name_id]++] = {row.name, labels, row.value, false,
                                           exposition_build::identity_of(row.name, labels)};
  }
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (const auto& [name, range] : page_.names_) {
    merge_repeats(std::span(page_.samples_).subspan(range.first, range.count), order);
  }
  if (page_.repeated_ == 0) return;
  std::size_t kept = 0;
  for (auto& [name, range] : page_.names_) {
    const auto from = kept;
    for (auto i = range.first; i < range.first + range.count; ++i) {
      if (!page_.samples_[i].name.empty()) page_.samples_[kept++] = page_.samples_[i];
    }
    range = {from, kept - from};
  }
  page_.samples_.resize(kept);
}

/// Marks the last of equal series and takes the name from the earlier ones, for `group` to drop.
void ExpositionBuilder::merge_repeats(std::span<Sample> series,
                                      std::vector<std::pair<std::uint64_t, std::size_t>>& order) {
  if (series.size() < 2) return;
  order.clear();
  for (std::size_t i = 0; i < series.size(); ++i) order.emplace_back(series[i].identity, i);
  std::ranges::sort(order);
  for (std::size_t i = 1; i < order.size(); ++i) {
    auto& later = series[order[i].second];
    const auto furthest = i > exposition_build::max_compared ? i - exposition_build::max_compared : 0;
    for (auto j = i; j-- > furthest && order[j].first == order[i].first;) {
      auto& earlier = series[order[j].second];
      if (earlier.name.empty() || !exposition_build::same_labels(earlier.labels, later.labels)) continue;
      earlier.name = {};
      later.repeated = true;
      ++page_.repeated_;
      break;
    }
  }
}

}  // namespace llmgw::metrics
