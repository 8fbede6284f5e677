#include "core/config/document.h"

#include <fmt/format.h>

#include <array>

namespace llmgw::config {

std::string_view Node::kind_name() const {
  static constexpr std::array<std::string_view, 7> names{"a date",        "a text",   "a whole number", "a number",
                                                         "true or false", "an array", "a table"};
  return names[value.index()];
}

std::string place(std::string_view file, Position at) {
  if (at.line == 0) return std::string(file);
  return fmt::format("{}:{}:{}", file, at.line, at.column);
}

}  // namespace llmgw::config
