#include "proxy/pipeline/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace llmgw::proxy {
namespace retry_rules {

constexpr double longest_s = 60.0;
constexpr double first_s = 0.5;

// Seconds, as a plain number; from_chars reads "nan" and "inf" too.
std::optional<double> advised(std::string_view text) {
  double seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(seconds) && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

}  // namespace retry_rules

bool may_retry(const Error& error) {
  if (error.retryable && !*error.retryable) return false;
  return error_class(error.code).retryable;
}

std::chrono::milliseconds retry_delay(const Error& error, int next, IdSource& random) {
  const auto doublings = std::clamp(next - 2, 0, 10);
  const auto seconds = retry_rules::advised(error.retry_after)
                           .value_or(retry_rules::first_s * static_cast<double>(1 << doublings) * random.uniform());
  return std::chrono::milliseconds(static_cast<long>(std::min(seconds, retry_rules::longest_s) * 1000));
}

}  // namespace llmgw::proxy
