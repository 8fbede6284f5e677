#include "proxy/sim/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/written_time.h"

namespace llmgw::sim {
namespace spread {

constexpr double longest_ns = 1e15;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !(value >= 0) || value > 1e18) return std::nullopt;
  return value;
}

std::optional<double> time(std::string_view text) {
  const auto read = read_duration(text);
  if (!read || (read->unit && *read->unit > std::chrono::minutes(1))) return std::nullopt;
  const double ns = read->ns(std::chrono::milliseconds(1));
  return ns <= longest_ns ? std::optional(ns) : std::nullopt;
}

Result<Spread> parse(std::string_view text, std::optional<double> (*read)(std::string_view)) {
  Spread result;
  auto rest = text;
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    const auto shape = rest.substr(colon + 1);
    if (shape == "normal") result.shape = Spread::Shape::normal;
    if (shape == "lognormal") result.shape = Spread::Shape::lognormal;
    if (shape != "const" && result.shape == Spread::Shape::constant)
      return fail(Errc::usage, fmt::format("\"{}\": the shape must be const, normal or lognormal", text));
    rest = rest.substr(0, colon);
  }
  for (const std::string_view sign : {"\u00b1", "+-"}) {
    const auto at = rest.find(sign);
    if (at == std::string_view::npos) continue;
    const auto deviation = read(rest.substr(at + sign.size()));
    if (!deviation) return fail(Errc::usage, fmt::format("\"{}\" has a malformed deviation", text));
    result.deviation = *deviation;
    if (result.shape == Spread::Shape::constant) result.shape = Spread::Shape::normal;
    rest = rest.substr(0, at);
    break;
  }
  const auto mean = read(rest);
  if (!mean) return fail(Errc::usage, fmt::format("\"{}\" is malformed: write 80ms, 80ms+-10ms or 64", text));
  result.mean = *mean;
  if (result.deviation == 0) result.shape = Spread::Shape::constant;
  return result;
}

/// A standard normal value (Box and Muller, 1958).
double normal(IdSource& random) {
  const double u = std::max(random.uniform(), 0x1.0p-53);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * random.uniform());
}

}  // namespace spread

Result<nanoseconds> parse_time(std::string_view text) {
  const auto value = spread::time(text);
  if (!value) return fail(Errc::usage, fmt::format("\"{}\" is no duration: write 250us, 80ms or 1.5s", text));
  return nanoseconds(std::llround(*value));
}

double Spread::draw(IdSource& random) const {
  if (shape == Shape::constant || mean <= 0) return mean;
  const double z = spread::normal(random);
  if (shape == Shape::normal) return std::clamp(mean + deviation * z, 0.0, 2 * mean);
  // Parameters of the lognormal that has this mean and this deviation.
  const double variance = std::log1p((deviation / mean) * (deviation / mean));
  return std::min(std::exp(std::log(mean) - variance / 2 + std::sqrt(variance) * z), spread::longest_ns);
}

Result<Spread> parse_time_spread(std::string_view text) { return spread::parse(text, spread::time); }
Result<Spread> parse_number_spread(std::string_view text) { return spread::parse(text, spread::number); }

}  // namespace llmgw::sim
