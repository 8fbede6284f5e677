#include "core/base/clock.h"

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace llmgw {

std::int64_t SystemClock::now_ns() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t SystemClock::unix_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string rfc3339(std::int64_t unix_s) {
  const auto time = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view suffix;
    double ms;
  };
  constexpr std::array units{Unit{"ms", 1}, Unit{"s", 1e3}, Unit{"m", 6e4}, Unit{"h", 3.6e6}};
  double scale = 1e3;
  for (const auto& unit : units) {
    if (text.ends_with(unit.suffix)) {
      scale = unit.ms;
      text.remove_suffix(unit.suffix.size());
      break;
    }
  }
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  constexpr double year_ms = 3.2e10;
  if (problem != std::errc{} || stop != end || !(value >= 0) || value * scale > year_ms) return std::nullopt;
  return std::chrono::milliseconds(std::llround(value * scale));
}

std::string duration_text(std::chrono::milliseconds time) {
  constexpr std::int64_t ms_per_s = 1000;
  const auto count = time.count();
  return count % ms_per_s == 0 ? std::to_string(count / ms_per_s) + "s" : std::to_string(count) + "ms";
}

}  // namespace llmgw
