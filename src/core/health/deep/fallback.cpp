#include <fmt/format.h>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"

namespace llmgw::health::deep {

// Gateways tell in headers whether the model that was asked for has answered: LiteLLM x-litellm-attempted-fallbacks and
// x-litellm-model-id (docs.litellm.ai, "Response Headers"), DeltaLLM x-deltallm-route-fallback-used.
Finding fallback(const Facts& facts, const Expectations& /*unused*/) {
  if (!facts.kind->gateway) return judges::not_applicable("this kind passes nothing on");
  const auto [exchanges, instead] = answers_to(facts, "chat");
  if (exchanges == nullptr) return instead;
  const auto& headers = exchanges->front().reply.headers;
  const auto count = headers.get("x-litellm-attempted-fallbacks");
  const auto used = headers.get("x-deltallm-route-fallback-used");
  if (!count && !used) return judges::not_applicable("the answer does not tell who gave it");
  const auto by = headers.get("x-litellm-model-id").value_or(headers.get("x-deltallm-route-deployment").value_or(""));
  const auto who = by.empty() ? std::string() : fmt::format(", answered by {}", by);
  if (count.value_or("0") != "0" || used.value_or("false") == "true") {
    return {State::warn, "fallback_used", "the model that was asked for did not answer itself" + who};
  }
  return {State::ok, "ok", "no fallback" + who};
}

}  // namespace llmgw::health::deep
