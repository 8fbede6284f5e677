#include "core/http/headers.h"

#include <algorithm>

namespace llmgw::http {
namespace header_lines {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool list_has(std::string_view list, std::string_view token) {
  for (;;) {
    const auto comma = list.find(',');
    if (same_name(trimmed(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace header_lines

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || header_lines::lower(x) == header_lines::lower(y);
         });
}

void Headers::add(std::string_view name, std::string_view value) {
  if (lines_.empty()) lines_.reserve(16);
  lines_.emplace_back(std::string(name), std::string(value));
}

void Headers::set(std::string_view name, std::string_view value) {
  const auto named = [name](const Header& line) { return same_name(line.name, name); };
  const auto first = std::ranges::find_if(lines_, named);
  if (first == lines_.end()) {
    add(name, value);
    return;
  }
  first->value = value;
  lines_.erase(std::remove_if(first + 1, lines_.end(), named), lines_.end());
}

void Headers::erase(std::string_view name) {
  std::erase_if(lines_, [name](const Header& line) { return same_name(line.name, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Header& line : lines_) {
    if (same_name(line.name, name)) return line.value;
  }
  return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
  std::string out;
  bool found = false;
  for (const Header& line : lines_) {
    if (!same_name(line.name, name)) continue;
    if (found) out += ", ";
    out += line.value;
    found = true;
  }
  return out;
}

bool Headers::lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(lines_, [name, token](const Header& line) {
    return same_name(line.name, name) && header_lines::list_has(line.value, token);
  });
}

}  // namespace llmgw::http
