#include "core/dialects/retry_hint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "core/base/written_time.h"

namespace llmgw::dialect {
namespace retry_text {

constexpr double longest_s = 7 * 24 * 3600.0;  // more is no advice to a client

struct Unit {
  std::string_view name;
  double seconds;
};

// Longest names first, so that "ms" is not read as "m".
constexpr std::array units{
    Unit{"milliseconds", 0.001},
    Unit{"seconds", 1},
    Unit{"minutes", 60},
    Unit{"second", 1},
    Unit{"minute", 60},
    Unit{"hours", 3600},
    Unit{"hour", 3600},
    Unit{"ms", 0.001},
    Unit{"s", 1},
    Unit{"m", 60},
    Unit{"h", 3600},
};

std::string_view skip_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

// Reads "6m0s", "1.2s", "20 seconds" from the front of the text.
std::optional<double> duration(std::string_view text) {
  std::optional<double> total;
  for (;;) {
    text = skip_spaces(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || value < 0) return total;
    text = skip_spaces(text.substr(static_cast<std::size_t>(end - text.data())));
    const Unit* unit = nullptr;
    for (const Unit& row : units) {
      if (unit == nullptr && text.starts_with(row.name)) unit = &row;
    }
    if (unit == nullptr) return total;
    text.remove_prefix(unit->name.size());
    total = total.value_or(0) + value * unit->seconds;
  }
}

std::string whole_seconds(double seconds) {
  if (!(seconds >= 0) || seconds > longest_s) return {};
  return std::to_string(static_cast<std::int64_t>(std::ceil(seconds)));
}

}  // namespace retry_text

std::string retry_after_header(const http::Headers& headers) {
  if (const auto value = headers.get("retry-after"); value && !value->empty()) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
    const bool number = error == std::errc{} && end == value->data() + value->size();
    return number ? retry_text::whole_seconds(seconds) : std::string(*value);
  }
  const auto milliseconds = headers.get("retry-after-ms");
  if (!milliseconds) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(milliseconds->data(), milliseconds->data() + milliseconds->size(), value);
  return error == std::errc{} ? retry_text::whole_seconds(value / 1000) : std::string{};
}

std::string retry_after_text(std::string_view message) {
  for (const std::string_view lead : {"try again in ", "retry in ", "Retry in ", "retry after ", "Retry after "}) {
    const auto at = message.find(lead);
    if (at == std::string_view::npos) continue;
    if (const auto seconds = retry_text::duration(message.substr(at + lead.size()))) {
      return retry_text::whole_seconds(*seconds);
    }
  }
  return {};
}

std::optional<double> retry_after_wait(std::string_view value, std::int64_t unix_s) {
  if (const auto date = parse_http_date(value)) return static_cast<double>(std::max<std::int64_t>(*date - unix_s, 0));
  double seconds = 0;
  // from_chars reads "nan" and "inf" too.
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool number = error == std::errc{} && end == value.data() + value.size();
  return number && std::isfinite(seconds) && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

}  // namespace llmgw::dialect
