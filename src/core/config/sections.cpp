#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/keys.h"

namespace llmgw::config {
namespace section_table {

template <class T>
T& as(void* object) {
  return *static_cast<T*>(object);
}

/// A table that is a member of its parent's struct.
template <class Parent, auto Member>
struct Inside {
  static void* make(void* parent, const std::string&) { return &(as<Parent>(parent).*Member); }
  static void each(void* parent, const Visitor& visit) { visit({}, &(as<Parent>(parent).*Member)); }
};

struct Models {
  static void* make(void* parent, const std::string&) { return &as<Config>(parent).models.emplace_back(); }
  static void each(void* parent, const Visitor& visit) {
    std::size_t index = 0;
    for (auto& model : as<Config>(parent).models) visit(std::to_string(index++), &model);
  }
};

struct Profiles {
  static void* make(void* parent, const std::string& name) { return &as<Config>(parent).profiles[name]; }
  static void each(void* parent, const Visitor& visit) {
    for (auto& [name, profile] : as<Config>(parent).profiles) visit(name, &profile);
  }
};

struct Launches {
  static void* make(void* parent, const std::string& name) { return &as<Config>(parent).launches[name]; }
  static void each(void* parent, const Visitor& visit) {
    for (auto& [name, launch] : as<Config>(parent).launches) visit(name, &launch);
  }
};

template <class How>
constexpr Section row(std::string_view path, std::string_view parent, Shape shape, std::string_view doc) {
  return {path, parent, shape, doc, How::make, How::each};
}

constexpr std::array rows{
    row<Inside<Config, &Config::server>>("server", "", Shape::table, "The listening side of `llmgw serve`."),
    row<Models>("model", "", Shape::list, "A public model name and the upstream behind it; repeat for each."),
    row<Inside<Model, &Model::params>>("model.params", "model", Shape::table, "How that upstream is reached."),
    row<Inside<Config, &Config::routing>>("routing", "", Shape::table, "What happens when an attempt fails."),
    row<Inside<Config, &Config::alias>>("alias", "", Shape::table, "Names that clients use for the model that runs."),
    row<Inside<Config, &Config::limits>>("limits", "", Shape::table,
                                         "Caps on output tokens; each acts only when it is written."),
    row<Inside<Config, &Config::health>>("health", "", Shape::table,
                                         "Checks that `llmgw serve` makes of its upstreams by itself."),
    row<Profiles>("profiles", "", Shape::named, "A gateway or provider that client commands talk to."),
    row<Launches>("launch", "", Shape::named,
                  "How the server of a model was started; `llmgw status` shows it beside the model that runs."),
};

}  // namespace section_table

std::span<const Section> sections() { return section_table::rows; }

const Section* find_section(std::string_view path) {
  const auto found = std::ranges::find(section_table::rows, path, &Section::path);
  return found == section_table::rows.end() ? nullptr : &*found;
}

std::vector<std::string_view> names_in(std::string_view section) {
  std::vector<std::string_view> names;
  for (const auto& key : keys())
    if (key.section == section) names.push_back(key.name);
  for (const auto& child : sections())
    if (child.parent == section) names.push_back(child_name(child));
  return names;
}

std::string_view child_name(const Section& section) {
  return section.path.substr(section.parent.empty() ? 0 : section.parent.size() + 1);
}

std::string header_of(const Section& section) {
  if (section.shape == Shape::list) return fmt::format("[[{}]]", section.path);
  if (section.shape == Shape::named) return fmt::format("[{}.NAME]", section.path);
  return fmt::format("[{}]", section.path);
}

}  // namespace llmgw::config
