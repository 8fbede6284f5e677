#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/json/view.h"

namespace llmgw::json {
namespace numbers {

/// A JSON number as digits times a power of ten, without rounding.
struct Decimal {
  bool negative = false;
  std::string digits;         ///< without leading or trailing zeros; empty for zero
  std::int64_t exponent = 0;  ///< of the last digit
};

// Far outside of any number that fits a double or an integer, and far from overflow in sums.
constexpr std::int64_t huge_exponent = 1'000'000'000;

std::int64_t read_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return std::clamp(value, -huge_exponent, huge_exponent);
  return text.starts_with('-') ? -huge_exponent : huge_exponent;
}

Decimal decompose(std::string_view raw) {
  Decimal decimal;
  decimal.negative = raw.starts_with('-');
  if (decimal.negative) raw.remove_prefix(1);
  if (const auto e = raw.find_first_of("eE"); e != std::string_view::npos) {
    decimal.exponent = read_exponent(raw.substr(e + 1));
    raw = raw.substr(0, e);
  }
  const auto point = raw.find('.');
  decimal.digits = raw.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += raw.substr(point + 1);
    decimal.exponent -= static_cast<std::int64_t>(raw.size() - point - 1);
  }
  const auto last = decimal.digits.find_last_not_of('0');
  const std::size_t kept = last == std::string::npos ? 0 : last + 1;
  decimal.exponent += static_cast<std::int64_t>(decimal.digits.size() - kept);
  decimal.digits.resize(kept);
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), kept));
  return decimal;
}

}  // namespace numbers

std::optional<std::int64_t> View::integer() const {
  if (!is_number()) return std::nullopt;
  const char* const end = raw_.data() + raw_.size();
  std::int64_t value = 0;
  const auto plain = std::from_chars(raw_.data(), end, value);
  if (plain.ec == std::errc() && plain.ptr == end) return value;
  numbers::Decimal decimal = numbers::decompose(raw_);
  if (decimal.digits.empty()) return 0;
  // An int64 has at most 19 digits.
  if (decimal.exponent < 0 || decimal.exponent > 19) return std::nullopt;
  decimal.digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  if (decimal.negative) decimal.digits.insert(0, 1, '-');
  const char* const last = decimal.digits.data() + decimal.digits.size();
  const auto read = std::from_chars(decimal.digits.data(), last, value);
  if (read.ec != std::errc()) return std::nullopt;
  return value;
}

std::optional<double> View::number() const {
  if (!is_number()) return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(raw_.data(), raw_.data() + raw_.size(), value);
  if (read.ec == std::errc()) return value;
  // from_chars reports too large and too small alike: tell them apart by the position of the first digit.
  const numbers::Decimal decimal = numbers::decompose(raw_);
  if (decimal.exponent + static_cast<std::int64_t>(decimal.digits.size()) > 0) return std::nullopt;
  return decimal.negative ? -0.0 : 0.0;
}

}  // namespace llmgw::json
