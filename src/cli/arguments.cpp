#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/clock.h"

namespace llmgw::cli {
namespace arguments {

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string joined(std::span<const std::string_view> choices) {
  std::string text;
  for (const auto choice : choices) {
    if (!text.empty()) text += ", ";
    text += choice;
  }
  return text;
}

bool is_url(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://", "unix:"}) {
    if (text.starts_with(scheme)) return text.size() > scheme.size();
  }
  return false;
}

/// What the value should have been, or empty when it is right.
std::string expectation(const OptionSpec& option, std::string_view value) {
  switch (option.kind) {
    case ValueKind::integer: {
      const auto number = whole<std::int64_t>(value);
      if (!number) return "a whole number";
      if (*number < option.least) return "at least " + std::to_string(option.least);
      return *number > option.most ? "at most " + std::to_string(option.most) : "";
    }
    case ValueKind::number: {
      const auto number = whole<double>(value);
      return number && std::isfinite(*number) ? "" : "a number";
    }
    case ValueKind::duration:
      return parse_duration(value) ? "" : "a time such as 250ms, 10s or 2m (a bare number is seconds)";
    case ValueKind::choice:
      return std::ranges::find(option.choices, value) != option.choices.end() ? "" : "one of " + joined(option.choices);
    case ValueKind::pair: {
      const auto equals = value.find('=');
      return equals == std::string_view::npos || equals == 0 ? std::string(option.value) : "";
    }
    case ValueKind::url: return is_url(value) ? "" : "a URL such as http://127.0.0.1:8000 or unix:/path";
    case ValueKind::file: return value.empty() ? "a path" : "";
    case ValueKind::none:
    case ValueKind::text: return "";
  }
  return "";
}

}  // namespace arguments

Result<> check_value(const OptionSpec& option, std::string_view value) {
  const auto expected = arguments::expectation(option, value);
  if (expected.empty()) return {};
  return fail(Errc::usage, "--" + std::string(option.name) + ": \"" + std::string(value) + "\" is not " + expected,
              "--" + std::string(option.name));
}

bool Arguments::has(const OptionSpec& option) const { return count(option) > 0; }

std::size_t Arguments::count(const OptionSpec& option) const {
  const auto found = values_.find(&option);
  return found == values_.end() ? 0 : found->second.size();
}

std::optional<std::string> Arguments::text(const OptionSpec& option) const {
  const auto found = values_.find(&option);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::optional<std::int64_t> Arguments::integer(const OptionSpec& option) const {
  const auto value = text(option);
  return value ? arguments::whole<std::int64_t>(*value) : std::nullopt;
}

std::optional<double> Arguments::number(const OptionSpec& option) const {
  const auto value = text(option);
  return value ? arguments::whole<double>(*value) : std::nullopt;
}

std::optional<std::chrono::milliseconds> Arguments::duration(const OptionSpec& option) const {
  const auto value = text(option);
  return value ? parse_duration(*value) : std::nullopt;
}

std::vector<std::string> Arguments::all(const OptionSpec& option) const {
  const auto found = values_.find(&option);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::pair<std::string, std::string>> Arguments::pairs(const OptionSpec& option) const {
  std::vector<std::pair<std::string, std::string>> split;
  for (const auto& value : all(option)) {
    const auto equals = value.find('=');
    split.emplace_back(value.substr(0, equals), equals == std::string::npos ? "" : value.substr(equals + 1));
  }
  return split;
}

}  // namespace llmgw::cli
