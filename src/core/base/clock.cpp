#include "core/base/clock.h"

#include <array>
#include <cmath>
#include <ctime>

#include "core/base/written_time.h"

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
  constexpr double year_ms = 3.2e10;
  constexpr double ns_per_ms = 1e6;
  const auto read = read_duration(text);
  if (!read || (read->unit && *read->unit < std::chrono::milliseconds(1))) return std::nullopt;
  const double ms = read->ns(std::chrono::seconds(1)) / ns_per_ms;
  if (ms > year_ms) return std::nullopt;
  return std::chrono::milliseconds(std::llround(ms));
}

std::string duration_text(std::chrono::milliseconds time) {
  constexpr std::int64_t ms_per_s = 1000;
  const auto count = time.count();
  return count % ms_per_s == 0 ? std::to_string(count / ms_per_s) + "s" : std::to_string(count) + "ms";
}

}  // namespace llmgw
