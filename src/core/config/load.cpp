// The only file that includes toml++: its tree becomes ours, its exceptions become errors.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <exception>

#include "core/config/document.h"

namespace llmgw::config {
namespace load {

Position position(const toml::source_region& source) { return {source.begin.line, source.begin.column}; }

Node convert(const toml::node& node);

Node::Array convert_array(const toml::array& array) {
  Node::Array elements;
  elements.reserve(array.size());
  for (const auto& element : array) elements.push_back(convert(element));
  return elements;
}

Node::Table convert_table(const toml::table& table) {
  Node::Table members;
  members.reserve(table.size());
  for (const auto& [key, value] : table) {
    auto node = convert(value);
    // A table that dotted headers imply (`[a.b]` without `[a]`) has no place of its own: its key has.
    const auto at = position(key.source());
    if (node.at.line == 0) node.at = at;
    members.push_back({std::string(key.str()), at, std::move(node)});
  }
  // toml++ sorts by key; the file's order makes the messages come in the order of the lines.
  std::ranges::stable_sort(members, [](const Member& a, const Member& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
  return members;
}

Node convert(const toml::node& node) {
  Node result;
  result.at = position(node.source());
  if (const auto* text = node.as_string()) result.value = text->get();
  if (const auto* integer = node.as_integer()) result.value = integer->get();
  if (const auto* number = node.as_floating_point()) result.value = number->get();
  if (const auto* flag = node.as_boolean()) result.value = flag->get();
  if (const auto* array = node.as_array()) result.value = convert_array(*array);
  if (const auto* table = node.as_table()) result.value = convert_table(*table);
  return result;
}

}  // namespace load

Result<Node> parse_document(std::string_view text, std::string_view file) {
  try {
    const auto table = toml::parse(text);
    return load::convert(table);
  } catch (const toml::parse_error& error) {
    return fail(Errc::config, fmt::format("{}: {}", place(file, load::position(error.source())), error.description()));
  } catch (const std::exception& error) {
    return fail(Errc::config, fmt::format("{}: {}", file, error.what()));
  }
}

}  // namespace llmgw::config
