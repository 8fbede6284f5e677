#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"

namespace llmgw::health::deep {
namespace deep_rates {

struct Pair {
  std::string_view limit;
  std::string_view remaining;
  std::string_view of;
};
// OpenAI's, which LiteLLM and others send too (platform.openai.com/docs/guides/rate-limits); Anthropic's
// (docs.anthropic.com, "Rate limits"); OpenRouter's and those of the IETF's draft (ratelimit-headers).
constexpr std::array pairs{
    Pair{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "requests"},
    Pair{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "tokens"},
    Pair{"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "requests"},
    Pair{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "tokens"},
    Pair{"x-ratelimit-limit", "x-ratelimit-remaining", "requests"},
    Pair{"ratelimit-limit", "ratelimit-remaining", "requests"},
};
constexpr double low = 0.10;

std::optional<double> number(const Reply& reply, std::string_view name) {
  const auto text = reply.headers.get(name).value_or("");
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc{} || value < 0) return std::nullopt;
  return value;
}

}  // namespace deep_rates

// The chat's answer has them too: nothing more is asked.
Finding rate_limits(const Facts& facts, const Expectations& expectations) {
  const auto [exchanges, instead] = answers_to(facts, "chat");
  if (exchanges == nullptr) return instead;
  const auto& reply = exchanges->front().reply;
  std::optional<double> least;
  std::string told;
  for (const auto& pair : deep_rates::pairs) {
    const auto limit = deep_rates::number(reply, pair.limit);
    const auto remaining = deep_rates::number(reply, pair.remaining);
    if (!limit || !remaining || *limit <= 0) continue;
    least = std::min(least.value_or(1), *remaining / *limit);
    told += fmt::format("{}{:.0f} of {:.0f} {} left", told.empty() ? "" : ", ", *remaining, *limit, pair.of);
  }
  if (!least) return judges::not_applicable("the answer has no headers with rate limits");
  const auto limits = limits_of("ratelimit-headers", {deep_rates::low, std::nullopt}, expectations.thresholds);
  Finding finding{State::ok, "ok", told, {{"", *least, Unit::ratio}}, limits.warn, limits.crit};
  if (limits.warn && *least < *limits.warn) {
    finding.state = State::warn;
    finding.code = "rate_limit_near";
  }
  return finding;
}

}  // namespace llmgw::health::deep
