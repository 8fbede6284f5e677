#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/config/schema.h"

namespace llmgw::config {

/// A field that holds one of a key's `choices`, as its number.
struct ChoiceField {
  std::uint8_t* value;
};

/// The field of a key inside its section's struct. The kind of field is the kind of value that the key takes.
using Field = std::variant<std::string*, std::vector<std::string>*, bool*, std::int64_t*, milliseconds*, Secret*,
                           ChoiceField, Period*, std::optional<std::string>*, std::optional<std::int64_t>*,
                           std::optional<milliseconds>*, std::optional<ContextLimit>*, NameMap*, HeaderMap*>;

/// One key of the configuration: everything the loader, the schema, the reference page and `config show` know of it.
/// The default is what a fresh struct holds.
struct Key {
  std::string_view section;  ///< dotted path of its table, without a profile's name
  std::string_view name;
  Field (*field)(void* object);  ///< of the section's struct
  std::string_view doc;          ///< one sentence
  std::span<const std::string_view> choices = {};
  std::int64_t least = 0;  ///< smallest number accepted (seconds for times)
  std::int64_t most = std::numeric_limits<std::int32_t>::max();
  bool required = false;
};

/// How a section is written.
enum class Shape {
  table,  ///< `[server]`
  list,   ///< `[[model]]`
  named,  ///< `[profiles.NAME]`
};

/// Receives the label (empty, index or name) and the struct of each table of a section.
using Visitor = std::function<void(const std::string& label, void* object)>;

/// One section: where its tables lie and which struct a new table fills.
struct Section {
  std::string_view path;    ///< "server", "model.params"; empty for the keys above all sections
  std::string_view parent;  ///< path of the section it is written inside
  Shape shape;
  std::string_view doc;
  void* (*make)(void* parent, const std::string& name);  ///< the struct that a table fills
  void (*each)(void* parent, const Visitor& visit);      ///< every table that exists
};

/// All sections in the order of the reference page; a section comes after its parent.
std::span<const Section> sections();
/// All keys in the order of the reference page.
std::span<const Key> keys();

/// The section of that path, or nullptr.
const Section* find_section(std::string_view path);
/// The key of that section, or nullptr.
const Key* find_key(std::string_view section, std::string_view name);
/// Names of the keys and tables that may stand in the section of that path.
std::vector<std::string_view> names_in(std::string_view section);
/// The last part of a section's path: its key in the table around it.
std::string_view child_name(const Section& section);
/// How a section's header is written: `[server]`, `[[model]]`, `[profiles.NAME]`.
std::string header_of(const Section& section);

/// What a key takes, in words: "text", "list of texts", "true or false", "seconds", ...
std::string type_name(const Field& field);
/// The value that a key has unless it is written, as TOML; empty where there is none.
std::string default_text(const Key& key, const Field& field);
/// A field's value as TOML, secrets as `"(redacted)"`; empty when an optional is not set.
std::string value_text(const Key& key, const Field& field);

}  // namespace llmgw::config
