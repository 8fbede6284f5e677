#include <fmt/format.h>

#include "core/base/overloaded.h"
#include "core/config/defaults.h"
#include "core/config/explain.h"
#include "core/json/writer.h"

namespace llmgw::config {
namespace schema_json {

void number_range(json::Writer& writer, std::string_view type, const Key& key) {
  writer.member("type", type);
  writer.member("minimum", key.least);
  writer.member("maximum", key.most);
}

void write_texts(json::Writer& writer, std::span<const std::string_view> texts) {
  writer.begin_array();
  for (const auto text : texts) writer.string(text);
  writer.end_array();
}

void write_text_or_list(json::Writer& writer) {
  writer.member_raw("oneOf", R"([{"type":"string"},{"type":"array","items":{"type":"string"}}])");
}

void write_text_table(json::Writer& writer) {
  writer.member("type", "object");
  writer.member_raw("additionalProperties", R"({"type":"string"})");
}

void write_context(json::Writer& writer, const Key& key) {
  writer.member_raw("oneOf", fmt::format(R"([{{"type":"integer","minimum":{},"maximum":{}}},{{"const":"auto"}}])",
                                         key.least, key.most));
}

/// Writes the members that say what a field takes.
void write_type(json::Writer& writer, const Key& key, const Field& field) {
  const auto text = [&](const auto*) { writer.member("type", "string"); };
  std::visit(overloaded{[&](const std::string* value) { text(value); }, [&](const Secret* value) { text(value); },
                        [&](const std::optional<std::string>* value) { text(value); },
                        [&](const std::vector<std::string>*) { write_text_or_list(writer); },
                        [&](const bool*) { writer.member("type", "boolean"); },
                        [&](const std::int64_t*) { number_range(writer, "integer", key); },
                        [&](const std::optional<std::int64_t>*) { number_range(writer, "integer", key); },
                        [&](const milliseconds*) { number_range(writer, "number", key); },
                        [&](const std::optional<milliseconds>*) { number_range(writer, "number", key); },
                        [&](ChoiceField) {
                          writer.key("enum");
                          write_texts(writer, key.choices);
                        },
                        [&](const Period*) {
                          writer.member("type", "string");
                          writer.member("pattern", "^[0-9.]+(ms|s|m|h)?$");
                        },
                        [&](const std::optional<ContextLimit>*) { write_context(writer, key); },
                        [&](const NameMap*) { write_text_table(writer); },
                        [&](const HeaderMap*) { write_text_table(writer); }},
             field);
}

void write_key(json::Writer& writer, const Key& key, void* object) {
  const auto field = key.field(object);
  writer.key(key.name);
  writer.begin_object();
  writer.member("description", key.doc);
  write_type(writer, key, field);
  // TOML and JSON write texts, numbers, booleans and their lists alike.
  if (const auto fallback = default_text(key, field); !fallback.empty()) writer.member_raw("default", fallback);
  writer.end_object();
}

void write_table(json::Writer& writer, std::string_view section, Defaults& defaults);

void write_section(json::Writer& writer, const Section& section, Defaults& defaults) {
  writer.key(child_name(section));
  writer.begin_object();
  writer.member("description", section.doc);
  if (section.shape == Shape::list) {
    writer.member("type", "array");
    writer.key("items");
    writer.begin_object();
    write_table(writer, section.path, defaults);
    writer.end_object();
  } else if (section.shape == Shape::named) {
    writer.member("type", "object");
    writer.key("additionalProperties");
    writer.begin_object();
    write_table(writer, section.path, defaults);
    writer.end_object();
  } else {
    write_table(writer, section.path, defaults);
  }
  writer.end_object();
}

/// Writes the members of a table's schema.
void write_table(json::Writer& writer, std::string_view section, Defaults& defaults) {
  void* object = defaults.object(section);
  std::vector<std::string_view> required;
  writer.member("type", "object");
  writer.member("additionalProperties", false);
  writer.key("properties");
  writer.begin_object();
  for (const auto& key : keys()) {
    if (key.section != section) continue;
    write_key(writer, key, object);
    if (key.required) required.push_back(key.name);
  }
  for (const auto& child : sections())
    if (child.parent == section) write_section(writer, child, defaults);
  writer.end_object();
  if (required.empty()) return;
  writer.key("required");
  write_texts(writer, required);
}

/// The same JSON with one member per line.
std::string indented(std::string_view compact) {
  std::string out;
  std::size_t depth = 0;
  bool in_text = false;
  const auto line = [&] { out.append("\n").append(depth * 2, ' '); };
  bool escaped = false;
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (c == '"' && !escaped) in_text = !in_text;
    escaped = c == '\\' && !escaped;
    if (!in_text && (c == '}' || c == ']')) {
      --depth;
      if (out.back() != '{' && out.back() != '[') line();
    }
    out += c;
    if (in_text) continue;
    if (c == ':') out += ' ';
    if (c == '{' || c == '[') ++depth;
    const bool opened_empty =
        (c == '{' || c == '[') && i + 1 < compact.size() && (compact[i + 1] == '}' || compact[i + 1] == ']');
    if (((c == '{' || c == '[') && !opened_empty) || c == ',') line();
  }
  return out + "\n";
}

}  // namespace schema_json

std::string json_schema() {
  std::string compact;
  json::Writer writer(compact);
  Defaults defaults;
  writer.begin_object();
  writer.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  writer.member("title", "llmgw.toml");
  schema_json::write_table(writer, "", defaults);
  writer.end_object();
  return schema_json::indented(compact);
}

}  // namespace llmgw::config
