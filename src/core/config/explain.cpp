#include "core/config/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/overloaded.h"
#include "core/config/keys.h"
#include "core/json/writer.h"

namespace llmgw::config {
namespace explaining {

using Origins = std::map<std::string, Origin>;

void restore_text(std::string& text, const std::string& path, const Origins& origins) {
  const auto found = origins.find(path);
  if (found != origins.end() && !found->second.written.empty()) text = found->second.written;
}

/// Puts references back in the place of what they resolved to: a variable may hold a secret.
void restore(const Field& field, const std::string& path, const Origins& origins) {
  std::visit(overloaded{[&](std::string* text) { restore_text(*text, path, origins); },
                        [&](std::optional<std::string>* text) {
                          if (*text) restore_text(**text, path, origins);
                        },
                        [&](std::vector<std::string>* list) {
                          for (std::size_t i = 0; i < list->size(); ++i)
                            restore_text((*list)[i], fmt::format("{}[{}]", path, i), origins);
                          if (list->size() == 1) restore_text(list->front(), path, origins);
                        },
                        [&](NameMap* map) {
                          for (auto& [name, text] : *map) restore_text(text, fmt::format("{}.{}", path, name), origins);
                        },
                        [](const auto&) {}},
             field);
}

/// Which variable a secret came from, when its text names nothing else.
std::string source_of_secret(const Origin& origin) {
  const auto& written = origin.written;
  const bool only_reference =
      (written.starts_with("os.environ/") && written.find('$') == std::string::npos &&
       written.find_first_of(" -:") == std::string::npos && written.rfind("os.environ/") == 0) ||
      (written.starts_with("${") && written.find('}') == written.size() - 1);
  return only_reference ? " " + written : std::string();
}

/// A key of a TOML table: bare where TOML allows it, else quoted.
std::string key_text(const std::string& name) {
  const bool bare = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
  return bare ? name : json::quoted(name);
}

class Walk {
 public:
  explicit Walk(const Loaded& loaded) : loaded_(loaded), config_(loaded.config) {}

  std::vector<Setting> run() {
    table("", "", "", &config_);
    return std::move(settings_);
  }

 private:
  void table(std::string_view section, const std::string& path, const std::string& header, void* object) {
    for (const auto& key : keys())
      if (key.section == section) add(key, path, header, object);
    for (const auto& child : sections()) {
      if (child.parent != section) continue;
      child.each(object, [&](const std::string& label, void* inner) {
        auto below = path.empty() ? std::string(child_name(child)) : fmt::format("{}.{}", path, child_name(child));
        auto inner_header = fmt::format("[{}]", child.path);
        if (child.shape == Shape::list) {
          below += fmt::format("[{}]", label);
          inner_header = fmt::format("[[{}]]", child.path);
        }
        if (child.shape == Shape::named) {
          below += "." + label;
          inner_header = fmt::format("[{}.{}]", child.path, key_text(label));
        }
        table(child.path, below, inner_header, inner);
      });
    }
  }

  void add(const Key& key, const std::string& path, const std::string& header, void* object) {
    const auto field = key.field(object);
    const auto full = path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name);
    restore(field, full, loaded_.origins);
    Setting setting{path, header, std::string(key.name), value_text(key, field), "default"};
    if (setting.value.empty()) setting.origin = "not set";
    if (const auto found = loaded_.origins.find(full); found != loaded_.origins.end()) {
      setting.origin = place(loaded_.file, found->second.at);
      if (std::holds_alternative<Secret*>(field)) setting.origin += source_of_secret(found->second);
    }
    settings_.push_back(std::move(setting));
  }

  const Loaded& loaded_;
  Config config_;
  std::vector<Setting> settings_;
};

}  // namespace explaining

std::vector<Setting> explain(const Loaded& loaded) { return explaining::Walk(loaded).run(); }

std::string explain_text(const std::vector<Setting>& settings) {
  std::string out;
  std::string section;
  for (const auto& setting : settings) {
    if (setting.section != section) out += fmt::format("\n{}\n", setting.header);
    section = setting.section;
    if (setting.value.empty()) {
      out += fmt::format("# {} ({})\n", setting.name, setting.origin);
    } else {
      out += fmt::format("{} = {}  # {}\n", setting.name, setting.value, setting.origin);
    }
  }
  return out;
}

}  // namespace llmgw::config
