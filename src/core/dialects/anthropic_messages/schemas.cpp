#include "core/dialects/anthropic_messages/schemas.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {
namespace schemas {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// docs.claude.com/en/docs/build-with-claude/structured-outputs, "JSON Schema limitations"
constexpr std::array<std::string_view, 13> limits{
    "minimum", "maximum",  "exclusiveMinimum", "exclusiveMaximum", "multipleOf",    "minLength",        "maxLength",
    "pattern", "maxItems", "uniqueItems",      "minProperties",    "maxProperties", "patternProperties"};
constexpr std::array<std::string_view, 10> formats{"date-time", "time", "date", "duration", "email",
                                                   "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};
constexpr std::array<std::string_view, 3> combinators{"anyOf", "oneOf", "allOf"};

void write_schema(json::Writer& writer, json::View schema);

void write_list(json::Writer& writer, json::View list) {
  writer.begin_array();
  for (const auto& element : list.elements()) write_schema(writer, element);
  writer.end_array();
}

void write_map(json::Writer& writer, json::View map) {
  writer.begin_object();
  for (const auto& [key, value] : map.members()) {
    writer.any_key(key);
    write_schema(writer, value);
  }
  writer.end_object();
}

bool refused(std::string_view key, json::View value) {
  if (key == "minItems") return value.integer().value_or(2) > 1;
  if (key == "format") return !contains(formats, value.string().value_or(""));
  return contains(limits, key);
}

bool is_object_schema(json::View schema) {
  const auto type = schema["type"];
  if (type.equals("object") || schema["properties"].is_object()) return true;
  for (const auto& element : type.elements()) {
    if (element.equals("object")) return true;
  }
  return false;
}

void write_member(json::Writer& writer, std::string_view key, json::View value) {
  if ((key == "anyOf" || key == "oneOf") && value.is_array()) {
    writer.key("anyOf");
    return write_list(writer, value);
  }
  writer.any_key(key);
  if (key == "allOf" && value.is_array()) return write_list(writer, value);
  if ((key == "properties" || key == "$defs" || key == "definitions") && value.is_object())
    return write_map(writer, value);
  if (key == "items" && value.is_object()) return write_schema(writer, value);
  writer.raw(value.raw());
}

// `oneOf` is written as `anyOf`; beside an `anyOf` of its own it becomes one more thing that has to hold.
void write_both(json::Writer& writer, json::View schema) {
  writer.key("allOf");
  writer.begin_array();
  for (const auto& element : schema["allOf"].elements()) write_schema(writer, element);
  writer.begin_object();
  writer.key("anyOf");
  write_list(writer, schema["oneOf"]);
  writer.end_object();
  writer.end_array();
}

void write_schema(json::Writer& writer, json::View schema) {
  if (!schema.is_object()) return writer.raw(schema.raw());
  const bool both = schema["anyOf"] && schema["oneOf"].is_array();
  std::string description;
  std::string moved;
  writer.begin_object();
  for (const auto& [key, value] : schema.members()) {
    if (key == "description") {
      description = value.string().value_or("");
    } else if (both && (key == "oneOf" || key == "allOf")) {
      continue;
    } else if (refused(key, value)) {
      if (!moved.empty()) moved += ", ";
      moved += std::string(key) + ": " + std::string(value.raw());
    } else if (key != "additionalProperties") {
      write_member(writer, key, value);
    }
  }
  if (both) write_both(writer, schema);
  if (!moved.empty()) description += (description.empty() ? "" : " ") + ("(" + moved + ")");
  if (!description.empty()) writer.member("description", description);
  if (is_object_schema(schema)) writer.member("additionalProperties", false);
  writer.end_object();
}

// The alternatives of a root, as one object: it takes what any of them takes and requires what all require
// (`allOf`: what one requires).
class Merger {
 public:
  explicit Merger(json::View root) : root_(root) {}
  std::string merged();

 private:
  void add_properties(json::View schema);
  void add_required(json::View schema);
  void add_alternatives(json::View list, bool all);

  json::View root_;
  std::vector<std::pair<std::string, json::View>> properties_;
  std::set<std::string, std::less<>> names_;  // of the properties
  std::set<std::string, std::less<>> required_;
};

void Merger::add_properties(json::View schema) {
  for (const auto& [key, value] : schema["properties"].members()) {
    if (names_.emplace(key).second) properties_.emplace_back(std::string(key), value);
  }
}

void Merger::add_required(json::View schema) {
  for (const auto& name : schema["required"].elements()) required_.insert(name.string().value_or(""));
}

void Merger::add_alternatives(json::View list, bool all) {
  std::vector<std::set<std::string, std::less<>>> required;
  for (const auto& schema : list.elements()) {
    add_properties(schema);
    if (all) add_required(schema);
    auto& names = required.emplace_back();
    for (const auto& name : schema["required"].elements()) names.insert(name.string().value_or(""));
  }
  if (all || required.empty()) return;
  for (const auto& name : required.front()) {
    if (std::ranges::all_of(required, [&](const auto& names) { return names.contains(name); })) required_.insert(name);
  }
}

std::string Merger::merged() {
  add_properties(root_);
  add_required(root_);
  for (const auto combinator : combinators) add_alternatives(root_[combinator], combinator == "allOf");
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("type", "object");
  for (const auto& [key, value] : root_.members()) {
    if (contains(combinators, key) || key == "type" || key == "properties" || key == "required") continue;
    writer.any_key(key);
    writer.raw(value.raw());
  }
  writer.key("properties");
  writer.begin_object();
  for (const auto& [name, schema] : properties_) {
    writer.any_key(name);
    writer.raw(schema.raw());
  }
  writer.end_object();
  if (!required_.empty()) {
    writer.key("required");
    writer.begin_array();
    for (const auto& name : required_) writer.string(name);
    writer.end_array();
  }
  writer.end_object();
  return out;
}

}  // namespace schemas

ToolSchema tool_schema(std::string_view schema) {
  const auto parsed = json::parse(schema);
  if (!parsed || !parsed->is_object() || parsed->empty_value())
    return {R"({"type":"object","properties":{}})", parsed.has_value() && !parsed->is_object()};
  const bool alternatives =
      std::ranges::any_of(schemas::combinators, [&](std::string_view key) { return (*parsed)[key].is_array(); });
  if (alternatives) return {schemas::Merger(*parsed).merged(), true};
  if ((*parsed)["type"].equals("object")) return {std::string(parsed->raw())};
  return {schemas::Merger(*parsed).merged(), !(*parsed)["type"].absent()};
}

std::string structured_schema(std::string_view schema) {
  const auto parsed = json::parse(schema);
  if (!parsed) return "{\"type\":\"object\",\"additionalProperties\":false}";
  std::string out;
  json::Writer writer(out);
  schemas::write_schema(writer, *parsed);
  return out;
}

}  // namespace llmgw::dialect::messages
