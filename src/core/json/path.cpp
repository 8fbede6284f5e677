#include "core/json/path.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

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

namespace paths {

// A decoded request names each of its messages and blocks, so this is cheap: no list of steps, no format string.
void append(const Path& step, std::string& out) {
  if (step.parent == nullptr) return;
  append(*step.parent, out);
  if (!step.key.empty()) {
    if (!out.empty()) out += '.';
    out += step.key;
    return;
  }
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), step.index).ptr;
  out.append("[").append(digits.data(), end).append("]");
}

}  // namespace paths

std::string Path::text() const {
  std::string out;
  paths::append(*this, out);
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
