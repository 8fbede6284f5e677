#include "core/json/path.h"

#include <fmt/format.h>

#include <ranges>
#include <vector>

namespace llmgw::json {
namespace paths {

/// The value was not there at all, or of another kind than `expected`.
std::unexpected<Error> unreadable(View value, const Path& path, std::string_view expected) {
  if (value) return wrong_type(path, expected);
  std::string place = path.text();
  std::string message = fmt::format("{} is required and must be {}", place.empty() ? "the value" : place, expected);
  return fail(Errc::invalid_request, std::move(message), std::move(place));
}

}  // namespace paths

std::string Path::text() const {
  std::vector<const Path*> steps;
  for (const Path* step = this; step->parent != nullptr; step = step->parent) steps.push_back(step);
  std::string out;
  for (const Path* step : steps | std::views::reverse) {
    if (step->key.empty()) {
      out += fmt::format("[{}]", step->index);
    } else {
      if (!out.empty()) out += '.';
      out += step->key;
    }
  }
  return out;
}

std::unexpected<Error> wrong_type(const Path& path, std::string_view expected) {
  std::string place = path.text();
  std::string message = fmt::format("{} must be {}", place.empty() ? "the value" : place, expected);
  return fail(Errc::invalid_request, std::move(message), std::move(place));
}

Result<std::string> read_string(View value, const Path& path) {
  auto text = value.string();
  if (!text) return paths::unreadable(value, path, "a string");
  return *std::move(text);
}

Result<std::int64_t> read_integer(View value, const Path& path) {
  const auto number = value.integer();
  if (!number) return paths::unreadable(value, path, "an integer");
  return *number;
}

Result<double> read_number(View value, const Path& path) {
  const auto number = value.number();
  if (!number) return paths::unreadable(value, path, "a number");
  return *number;
}

Result<bool> read_boolean(View value, const Path& path) {
  const auto flag = value.boolean();
  if (!flag) return paths::unreadable(value, path, "a boolean");
  return *flag;
}

Result<View> read_object(View value, const Path& path) {
  if (!value.is_object()) return paths::unreadable(value, path, "an object");
  return value;
}

Result<View> read_array(View value, const Path& path) {
  if (!value.is_array()) return paths::unreadable(value, path, "an array");
  return value;
}

}  // namespace llmgw::json
