#include "core/http/headers.h"

#include <algorithm>

namespace llmgw::http {
namespace header_lines {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace header_lines

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return header_lines::lower(x) == header_lines::lower(y);
         });
}

void Headers::add(std::string_view name, std::string_view value) {
  lines_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
  const auto first = std::ranges::find_if(lines_, [&](const Header& line) { return same_name(line.name, name); });
  if (first == lines_.end()) return add(name, value);
  first->value = value;
  const auto more =
      std::remove_if(first + 1, lines_.end(), [&](const Header& line) { return same_name(line.name, name); });
  lines_.erase(more, lines_.end());
}

void Headers::erase(std::string_view name) {
  std::erase_if(lines_, [&](const Header& line) { return same_name(line.name, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& line : lines_)
    if (same_name(line.name, name)) return line.value;
  return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
  std::string all;
  bool any = false;
  for (const auto& line : lines_) {
    if (!same_name(line.name, name)) continue;
    if (any) all += ", ";
    all += line.value;
    any = true;
  }
  return all;
}

bool Headers::lists(std::string_view name, std::string_view token) const {
  for (const auto& line : lines_) {
    if (!same_name(line.name, name)) continue;
    for (std::string_view rest = line.value;;) {
      const auto comma = rest.find(',');
      if (same_name(header_lines::trimmed(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

}  // namespace llmgw::http
