#include "core/base/written_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace llmgw {
namespace written_time {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t minute_s = 60;
constexpr std::int64_t hour_s = 3600;
constexpr std::int64_t day_s = 86'400;

/// The whole number in this part of the text, or -1.
int number(std::string_view text) {
  int value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? value : -1;
}

int month_of(std::string_view name) {
  const auto* const found = std::ranges::find(months, name);
  return found == months.end() ? -1 : static_cast<int>(found - months.begin()) + 1;
}

struct Day {
  int year;
  int month;
  int day;
};

/// A day and a time `08:49:37`.
std::optional<std::int64_t> seconds_of(const Day& day, std::string_view clock) {
  namespace chrono = std::chrono;
  if (day.year < 0 || day.month < 0 || day.day < 0) return std::nullopt;
  const chrono::year_month_day date{chrono::year{day.year}, chrono::month{static_cast<unsigned>(day.month)},
                                    chrono::day{static_cast<unsigned>(day.day)}};
  constexpr std::size_t clock_size = 8;
  if (!date.ok() || clock.size() != clock_size || clock[2] != ':' || clock[5] != ':') return std::nullopt;
  const int hour = number(clock.substr(0, 2));
  const int minute = number(clock.substr(3, 2));
  const int second = number(clock.substr(6, 2));
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  const auto days = chrono::sys_days(date).time_since_epoch().count();
  return days * day_s + hour * hour_s + minute * minute_s + second;
}

/// What `+02:00` adds; 0 for `Z` and for nothing.
std::optional<std::int64_t> zone_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  constexpr std::size_t size = 6;
  if (text.size() != size || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = number(text.substr(1, 2));
  const int minutes = number(text.substr(4, 2));
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const auto offset = hours * hour_s + minutes * minute_s;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace written_time

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  using namespace written_time;
  constexpr std::size_t size = 29;  // of the fixed form
  if (text.size() != size || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  return seconds_of({number(text.substr(12, 4)), month_of(text.substr(8, 3)), number(text.substr(5, 2))},
                    text.substr(17, 8));
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  using namespace written_time;
  constexpr std::size_t least = 19;
  if (text.size() < least || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  auto rest = text.substr(least);
  if (rest.starts_with('.')) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  const auto offset = zone_offset(rest);
  const auto seconds =
      seconds_of({number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2))}, text.substr(11, 8));
  if (!offset || !seconds) return std::nullopt;
  return *seconds - *offset;
}

std::optional<std::int64_t> parse_certificate_time(std::string_view text) {
  using namespace written_time;
  constexpr std::size_t size = 24;
  if (text.size() != size || !text.ends_with(" GMT")) return std::nullopt;
  auto day = text.substr(4, 2);
  if (day.starts_with(' ')) day.remove_prefix(1);
  return seconds_of({number(text.substr(16, 4)), month_of(text.substr(0, 3)), number(day)}, text.substr(7, 8));
}

std::optional<WrittenDuration> read_duration(std::string_view text) {
  using std::chrono::nanoseconds;
  struct Unit {
    std::string_view name;
    nanoseconds length;
  };
  // Longer names first: "ms" ends with "s" too.
  static constexpr std::array units{Unit{"ns", nanoseconds(1)},
                                    Unit{"us", std::chrono::microseconds(1)},
                                    Unit{"ms", std::chrono::milliseconds(1)},
                                    Unit{"s", std::chrono::seconds(1)},
                                    Unit{"m", std::chrono::minutes(1)},
                                    Unit{"h", std::chrono::hours(1)}};
  WrittenDuration read;
  for (const auto& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    read.unit = unit.length;
    text.remove_suffix(unit.name.size());
    break;
  }
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, read.number);
  if (problem != std::errc{} || stop != end || !std::isfinite(read.number) || read.number < 0) return std::nullopt;
  return read;
}

}  // namespace llmgw
