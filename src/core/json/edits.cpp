#include "core/json/edits.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/json/writer.h"

namespace llmgw::json {

/// Works out what bytes the steps of an `Edits` change. Steps on one object or array are seen together, since
/// whether a comma goes or stays depends on all of them.
class Splicer {
 public:
  explicit Splicer(const std::vector<Edits::Step>& steps);
  [[nodiscard]] std::string apply(std::string_view text);

 private:
  using Kind = Edits::Kind;
  struct Splice {
    const char* begin;
    const char* end;
    std::size_t order;  ///< of the step behind it
    std::string text;
  };
  struct Item {
    std::string key;
    const char* begin;  ///< of the key, or of the element
    View value;
    bool removed = false;
  };
  struct Added {
    std::string key;
    std::string raw_json;
  };
  /// One step with its place in the order they were asked for.
  struct Ordered {
    const Edits::Step* step;
    std::size_t order;
  };

  static std::vector<Item> items_of(View container);
  static const char* end_of(View value) { return value.raw().data() + value.raw().size(); }
  void container(const Ordered* first, const Ordered* last);
  void set(std::vector<Item>& items, std::vector<Added>& added, const Ordered& ordered);
  void cut(const std::vector<Item>& items);
  void insert(View container, const std::vector<Item>& items, const std::vector<Added>& added);

  std::vector<Splice> splices_;
};

Splicer::Splicer(const std::vector<Edits::Step>& steps) {
  std::vector<Ordered> structural;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Edits::Step& step = steps[i];
    if (step.kind == Kind::replace) {
      splices_.push_back({step.target.raw().data(), end_of(step.target), i, step.raw_json});
    } else {
      structural.push_back({&step, i});
    }
  }
  const auto place = [](const Ordered& ordered) { return ordered.step->target.raw().data(); };
  std::ranges::sort(structural, std::ranges::less(),
                    [place](const Ordered& ordered) { return std::pair(place(ordered), ordered.order); });
  for (std::size_t first = 0; first < structural.size();) {
    std::size_t last = first;
    while (last < structural.size() && place(structural[last]) == place(structural[first])) ++last;
    container(structural.data() + first, structural.data() + last);
    first = last;
  }
}

std::vector<Splicer::Item> Splicer::items_of(View container) {
  std::vector<Item> items;
  for (auto member = container.members().begin(); member != container.members().end(); ++member) {
    items.push_back({std::string(member->key), member.position(), member->value});
  }
  for (const View& element : container.elements()) items.push_back({{}, element.raw().data(), element});
  return items;
}

void Splicer::container(const Ordered* first, const Ordered* last) {
  const View target = first->step->target;
  std::vector<Item> items = items_of(target);
  std::vector<Added> added;
  for (; first != last; ++first) {
    const Edits::Step& step = *first->step;
    if (step.kind == Kind::set) {
      set(items, added, *first);
    } else if (step.kind == Kind::erase) {
      for (Item& item : items) item.removed = item.removed || item.key == step.key;
      std::erase_if(added, [&step](const Added& one) { return one.key == step.key; });
    } else {
      for (const std::size_t index : step.indices) {
        if (index < items.size()) items[index].removed = true;
      }
    }
  }
  cut(items);
  insert(target, items, added);
}

void Splicer::set(std::vector<Item>& items, std::vector<Added>& added, const Ordered& ordered) {
  const auto& [kind, target, key, raw_json, indices] = *ordered.step;
  bool found = false;
  for (Item& item : items) {
    if (item.key != key) continue;
    item.removed = false;
    splices_.push_back({item.value.raw().data(), end_of(item.value), ordered.order, raw_json});
    found = true;
  }
  if (found) return;
  const auto earlier = std::ranges::find(added, key, &Added::key);
  if (earlier == added.end()) {
    added.push_back({key, raw_json});
  } else {
    earlier->raw_json = raw_json;
  }
}

void Splicer::cut(const std::vector<Item>& items) {
  bool kept_before = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (!item.removed) {
      kept_before = true;
      continue;
    }
    // The comma goes with the item: the one before it when something stays in front, else the one behind it.
    const bool last = i + 1 == items.size();
    const char* const begin = kept_before ? end_of(items[i - 1].value) : item.begin;
    const char* const end = kept_before || last ? end_of(item.value) : items[i + 1].begin;
    splices_.push_back({begin, end, 0, {}});
  }
}

void Splicer::insert(View container, const std::vector<Item>& items, const std::vector<Added>& added) {
  if (added.empty()) return;
  const bool alone = std::ranges::all_of(items, &Item::removed);
  std::string text;
  for (const Added& one : added) {
    if (!alone || !text.empty()) text += ',';
    append_string(text, one.key);
    text += ':';
    text += one.raw_json;
  }
  const char* const at = alone ? container.raw().data() + 1 : end_of(items.back().value);
  splices_.push_back({at, at, 0, std::move(text)});
}

std::string Splicer::apply(std::string_view text) {
  // At one place: what is inserted, then the widest change, then the latest of equal ones.
  std::ranges::sort(splices_, [](const Splice& a, const Splice& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    const bool a_inserts = a.begin == a.end;
    const bool b_inserts = b.begin == b.end;
    if (a_inserts != b_inserts) return a_inserts;
    return std::tuple(b.end, b.order) < std::tuple(a.end, a.order);
  });
  std::string out;
  out.reserve(text.size() + 256);
  const char* at = text.data();
  for (const Splice& splice : splices_) {
    if (splice.begin < at) continue;  // inside of a place that is gone already
    out.append(at, splice.begin);
    out.append(splice.text);
    at = splice.end;
  }
  out.append(at, text.data() + text.size());
  return out;
}

void Edits::replace(View value, std::string raw_json) {
  if (!value) return;
  steps_.push_back({Kind::replace, value, {}, std::move(raw_json), {}});
}

void Edits::set(View object, std::string_view key, std::string raw_json) {
  if (!object.is_object()) return;
  steps_.push_back({Kind::set, object, std::string(key), std::move(raw_json), {}});
}

void Edits::erase(View object, std::string_view key) {
  if (!object.is_object()) return;
  steps_.push_back({Kind::erase, object, std::string(key), {}, {}});
}

void Edits::erase_elements(View array, const std::vector<std::size_t>& indices) {
  if (!array.is_array() || indices.empty()) return;
  steps_.push_back({Kind::erase_elements, array, {}, {}, indices});
}

std::string Edits::apply(std::string_view text) const { return Splicer(steps_).apply(text); }

}  // namespace llmgw::json
