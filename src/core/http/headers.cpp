#include "core/http/headers.h"

#include <algorithm>

namespace llmgw::http {
namespace header_lines {

constexpr std::string_view colon = ": ";
constexpr std::string_view line_end = "\r\n";

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

bool breaks_line(char c) { return c == '\r' || c == '\n' || c == '\0'; }

}  // namespace header_lines

void Headers::add(std::string_view name, std::string_view value) {
  if (characters::is_name(name) && std::ranges::none_of(value, header_lines::breaks_line)) add_checked(name, value);
}

void Headers::add_checked(std::string_view name, std::string_view value) {
  if (places_.capacity() == 0) reserve(16, 512);
  places_.push_back(append(name, value));
}

Headers::Place Headers::append(std::string_view name, std::string_view value) {
  const Place place{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())};
  const auto size =
      text_.size() + name.size() + header_lines::colon.size() + value.size() + header_lines::line_end.size();
  text_.resize_and_overwrite(size, [&](char* text, std::size_t) {
    // string_view::copy moves blocks, where GCC 12's ranges::copy goes byte by byte.
    char* at = text + place.at;
    for (const auto part : {name, header_lines::colon, value, header_lines::line_end}) at += part.copy(at, part.size());
    return size;
  });
  return place;
}

void Headers::set(std::string_view name, std::string_view value) {
  const auto named = [&](const Place& place) { return same_name(name_of(place), name); };
  const auto first = std::ranges::find_if(places_, named);
  if (first == places_.end()) return add(name, value);
  places_.erase(std::remove_if(first + 1, places_.end(), named), places_.end());
  const bool fits = std::ranges::none_of(value, header_lines::breaks_line);
  if (fits)
    *first = append(name, value);
  else
    places_.erase(first);
}

void Headers::erase(std::initializer_list<std::string_view> names) {
  std::erase_if(places_, [&](const Place& place) {
    return std::ranges::any_of(names, [&](auto name) { return same_name(name_of(place), name); });
  });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Place& place : places_) {
    if (same_name(name_of(place), name)) return line(place).value;
  }
  return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
  std::string out;
  bool found = false;
  for (const auto& line : *this) {
    if (!same_name(line.name, name)) continue;
    if (found) out += ", ";
    out += line.value;
    found = true;
  }
  return out;
}

bool Headers::lists(std::string_view name, std::string_view token) const {
  for (const auto& line : *this) {
    if (same_name(line.name, name) && header_lines::list_has(line.value, token)) return true;
  }
  return false;
}

void Headers::clear() {
  constexpr std::size_t small = 4U << 10U;
  text_.clear();
  places_.clear();
  if (text_.capacity() > small) text_.shrink_to_fit();
}

void Headers::reserve(std::size_t lines, std::size_t bytes) {
  places_.reserve(lines);
  text_.reserve(bytes);
}

std::string_view Headers::name_of(const Place& place) const { return {text_.data() + place.at, place.name_size}; }

HeaderLine Headers::line(const Place& place) const {
  const auto wire_size =
      place.name_size + header_lines::colon.size() + place.value_size + header_lines::line_end.size();
  const std::string_view wire(text_.data() + place.at, wire_size);
  return {wire.substr(0, place.name_size), wire.substr(place.name_size + header_lines::colon.size(), place.value_size),
          wire};
}

}  // namespace llmgw::http
