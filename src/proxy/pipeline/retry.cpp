#include "proxy/pipeline/retry.h"

#include <algorithm>

#include "core/dialects/retry_hint.h"

namespace llmgw::proxy {
namespace retry_rules {

constexpr double longest_s = 60.0;
constexpr double first_s = 0.5;

}  // namespace retry_rules

bool may_retry(const Error& error) {
  if (error.retryable && !*error.retryable) return false;
  return error_class(error.code).retryable;
}

std::chrono::milliseconds retry_delay(const Error& error, int next, IdSource& random, std::int64_t unix_s) {
  const auto doublings = std::clamp(next - 2, 0, 10);
  const auto seconds = dialect::retry_after_wait(error.retry_after, unix_s)
                           .value_or(retry_rules::first_s * static_cast<double>(1 << doublings) * random.uniform());
  return std::chrono::milliseconds(static_cast<long>(std::min(seconds, retry_rules::longest_s) * 1000));
}

}  // namespace llmgw::proxy
