#include "core/doctor/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace llmgw::doctor {
namespace http_date {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t length = 29;  // of the fixed form

/// The whole number in this part of the text, or -1.
int number(std::string_view text) {
  int value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? value : -1;
}

}  // namespace http_date

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  using namespace http_date;
  namespace chrono = std::chrono;
  if (text.size() != length || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  const auto* const month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end() || text[19] != ':' || text[22] != ':') return std::nullopt;
  const int day = number(text.substr(5, 2));
  const int year = number(text.substr(12, 4));
  const int hour = number(text.substr(17, 2));
  const int minute = number(text.substr(20, 2));
  const int second = number(text.substr(23, 2));
  const chrono::year_month_day date{chrono::year{year},
                                    chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
                                    chrono::day{static_cast<unsigned>(std::max(day, 0))}};
  // A leap second is written as 60.
  if (year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  const auto days = chrono::sys_days(date).time_since_epoch().count();
  return std::int64_t{days} * 86'400 + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
}

}  // namespace llmgw::doctor
