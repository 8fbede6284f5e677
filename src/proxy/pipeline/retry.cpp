#include "proxy/pipeline/retry.h"

#include <algorithm>
#include <charconv>

namespace llmgw::proxy {
namespace retry_rules {

constexpr double longest_s = 60.0;
constexpr double first_s = 0.5;

}  // namespace retry_rules

bool may_retry(const Error& error) {
  if (error.retryable && !*error.retryable) return false;
  return error_class(error.code).retryable;
}

std::chrono::milliseconds retry_delay(const Error& error, int next, IdSource& random) {
  double seconds = 0;
  const auto& text = error.retry_after;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || problem != std::errc() || seconds < 0) {
    const auto doublings = std::clamp(next - 2, 0, 10);
    seconds = retry_rules::first_s * static_cast<double>(1 << doublings) * random.uniform();
  }
  return std::chrono::milliseconds(static_cast<long>(std::min(seconds, retry_rules::longest_s) * 1000));
}

}  // namespace llmgw::proxy
