#include "core/config/binder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/base/clock.h"
#include "core/base/nearest.h"
#include "core/base/overloaded.h"
#include "core/config/references.h"

namespace llmgw::config {
namespace binder {

std::string join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

}  // namespace binder

void Binder::bind(const Node& root, Config& config) { bind_table({}, root, &config, {}); }

void Binder::bind_table(std::string_view section, const Node& node, void* object, const std::string& path) {
  const auto* table = node.as<Node::Table>();
  if (table == nullptr) return wrong_kind(node, path, "a table");
  for (const auto& member : *table) {
    if (const auto* key = find_key(section, member.key)) {
      bind_key(*key, member, object, path);
      continue;
    }
    const auto* child = find_section(binder::join(std::string(section), member.key));
    if (child != nullptr && child->parent == section) {
      bind_section(*child, member, object, path);
    } else {
      unknown(member, section);
    }
  }
  for (const auto& key : keys()) {
    const bool absent = std::ranges::find(*table, key.name, &Member::key) == table->end();
    if (key.section == section && key.required && absent)
      complain(node.at, fmt::format("{} needs the key \"{}\"", path, key.name));
  }
}

void Binder::bind_section(const Section& section, const Member& member, void* parent, const std::string& path) {
  const auto below = binder::join(path, child_name(section));
  if (section.shape == Shape::table) return bind_table(section.path, member.node, section.make(parent, {}), below);
  if (section.shape == Shape::list) {
    const auto* list = member.node.as<Node::Array>();
    if (list == nullptr)
      return complain(member.at, fmt::format("\"{}\" is a list of tables: write [[{}]]", below, section.path));
    std::size_t index = 0;
    for (const auto& element : *list)
      bind_table(section.path, element, section.make(parent, {}), fmt::format("{}[{}]", below, index++));
    return;
  }
  const auto* named = member.node.as<Node::Table>();
  if (named == nullptr) return complain(member.at, fmt::format("\"{0}\" holds named tables: write [{0}.NAME]", below));
  for (const auto& each : *named)
    bind_table(section.path, each.node, section.make(parent, each.key), binder::join(below, each.key));
}

void Binder::bind_key(const Key& key, const Member& member, void* object, const std::string& path) {
  const auto below = binder::join(path, key.name);
  origins_[below] = {member.at, {}};
  missing_.clear();
  store(key, key.field(object), member.node, below);
  // A profile whose variable is not set is no error until it is used.
  if (!missing_.empty() && key.section == "profiles") static_cast<Profile*>(object)->missing_variable = missing_;
}

void Binder::store(const Key& key, const Field& field, const Node& node, const std::string& path) {
  std::visit(overloaded{[&](std::string* text) { store_text(node, path, *text); },
                        [&](std::vector<std::string>* list) { store_list(*list, node, path); },
                        [&](bool* flag) {
                          const auto* given = node.as<bool>();
                          if (given == nullptr) return wrong_kind(node, path, "true or false");
                          *flag = *given;
                        },
                        [&](std::int64_t* number) { store_number(key, *number, node, path); },
                        [&](milliseconds* time) { store_time(key, *time, node, path); },
                        [&](Secret* secret) {
                          std::string text;
                          if (store_text(node, path, text)) *secret = Secret(std::move(text));
                        },
                        [&](ChoiceField choice) { store_choice(key, choice, node, path); },
                        [&](Period* period) { store_period(key, *period, node, path); },
                        [&](std::optional<std::string>* text) { store_text(node, path, text->emplace()); },
                        [&](std::optional<std::int64_t>* number) { store_number(key, number->emplace(), node, path); },
                        [&](std::optional<milliseconds>* time) { store_time(key, time->emplace(), node, path); },
                        [&](std::optional<ContextLimit>* limit) { store_context(key, *limit, node, path); },
                        [&](NameMap* map) { store_map(*map, node, path); },
                        [&](HeaderMap* map) { store_map(*map, node, path); }},
             field);
}

bool Binder::store_text(const Node& node, const std::string& path, std::string& out) {
  const auto* text = node.as<std::string>();
  if (text == nullptr) {
    wrong_kind(node, path, "a text");
    return false;
  }
  auto resolved = resolve_references(*text, env_);
  if (!resolved) {
    complain(node.at, fmt::format("{}: {}", path, resolved.error().message));
    return false;
  }
  if (resolved->changed) origins_[path].written = *text;
  if (resolved->missing.empty()) {
    out = std::move(resolved->text);
    return true;
  }
  // A reference that does not resolve leaves the key out, as DeltaLLM and LiteLLM do; where a server would then run
  // without what its file asks for, that is an error.
  missing_ = resolved->missing.front();
  if (options_.require_variables && !path.starts_with("profiles."))
    complain(node.at, fmt::format("{} is missing: the environment variable {} is not set or empty", path, missing_));
  return false;
}

void Binder::store_list(std::vector<std::string>& list, const Node& node, const std::string& path) {
  list.clear();
  if (node.as<std::string>() != nullptr) {
    store_text(node, path, list.emplace_back());
    return;
  }
  const auto* array = node.as<Node::Array>();
  if (array == nullptr) return wrong_kind(node, path, "a text or a list of texts");
  std::size_t index = 0;
  for (const auto& element : *array) {
    const auto below = fmt::format("{}[{}]", path, index++);
    origins_[below] = {element.at, {}};
    store_text(element, below, list.emplace_back());
  }
}

void Binder::store_number(const Key& key, std::int64_t& number, const Node& node, const std::string& path) {
  const auto* given = node.as<std::int64_t>();
  if (given == nullptr) return wrong_kind(node, path, "a whole number");
  if (*given < key.least || *given > key.most)
    return complain(node.at, fmt::format("{} must be from {} to {}", path, key.least, key.most));
  number = *given;
}

void Binder::store_time(const Key& key, milliseconds& time, const Node& node, const std::string& path) {
  const auto* whole = node.as<std::int64_t>();
  const auto* real = node.as<double>();
  if (whole == nullptr && real == nullptr) return wrong_kind(node, path, "a number of seconds");
  const double given = whole != nullptr ? static_cast<double>(*whole) : *real;
  const bool in_range = given >= static_cast<double>(key.least) && given <= static_cast<double>(key.most);
  if (!in_range) return complain(node.at, fmt::format("{} must be from {} to {} seconds", path, key.least, key.most));
  time = milliseconds(std::llround(given * 1000));
}

void Binder::store_period(const Key& key, Period& period, const Node& node, const std::string& path) {
  std::string text;
  if (!store_text(node, path, text)) return;
  const auto time = parse_duration(text);
  if (!time) return complain(node.at, fmt::format("{} is \"{}\" but must be a time such as \"300s\"", path, text));
  if (*time < seconds(key.least) || *time > seconds(key.most))
    return complain(node.at, fmt::format("{} must be from {} to {} seconds", path, key.least, key.most));
  period.time = *time;
}

void Binder::store_choice(const Key& key, ChoiceField field, const Node& node, const std::string& path) {
  std::string text;
  if (!store_text(node, path, text)) return;
  const auto found = std::ranges::find(key.choices, text);
  if (found != key.choices.end()) {
    *field.value = static_cast<std::uint8_t>(found - key.choices.begin());
    return;
  }
  complain(node.at, fmt::format("{} is \"{}\" but must be one of {}", path, text, fmt::join(key.choices, ", ")));
}

void Binder::store_context(const Key& key, std::optional<ContextLimit>& limit, const Node& node,
                           const std::string& path) {
  const auto* text = node.as<std::string>();
  if (text != nullptr && *text == "auto") {
    limit = ContextLimit{.automatic = true, .tokens = 0};
    return;
  }
  if (text != nullptr) return complain(node.at, fmt::format("{} must be a whole number or \"auto\"", path));
  ContextLimit number;
  store_number(key, number.tokens, node, path);
  limit = number;
}

template <class Value>
void Binder::store_map(std::map<std::string, Value>& map, const Node& node, const std::string& path) {
  const auto* table = node.as<Node::Table>();
  if (table == nullptr) return wrong_kind(node, path, "a table of texts");
  for (const auto& member : *table) {
    const auto below = binder::join(path, member.key);
    origins_[below] = {member.at, {}};
    std::string text;
    if (store_text(member.node, below, text)) map[member.key] = Value(std::move(text));
  }
}

void Binder::unknown(const Member& member, std::string_view section) {
  const auto names = names_in(section);
  const auto near = nearest(member.key, names);
  const auto where = section.empty() ? std::string("at the top of the file") : fmt::format("in [{}]", section);
  const auto hint =
      near.empty() ? fmt::format("known are {}", fmt::join(names, ", ")) : fmt::format("did you mean \"{}\"?", near);
  complain(member.at, fmt::format("unknown key \"{}\" {}; {}", member.key, where, hint));
}

void Binder::wrong_kind(const Node& node, const std::string& path, std::string_view expected) {
  complain(node.at, fmt::format("{} must be {}, not {}", path, expected, node.kind_name()));
}

}  // namespace llmgw::config
