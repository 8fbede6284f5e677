#include <array>

#include "proxy/policies/alias/alias.h"
#include "proxy/policies/billing_header/billing_header.h"
#include "proxy/policies/local_token/local_token.h"
#include "proxy/policies/model_echo/model_echo.h"
#include "proxy/policies/output_cap/output_cap.h"
#include "proxy/policies/policy.h"

namespace llmgw::proxy {
namespace policy_registry {

using Maker = std::unique_ptr<const Policy> (*)(const config::Config&);

bool limits_written(const config::Limits& limits) {
  return limits.max_context_tokens.has_value() || limits.max_output_tokens.has_value();
}

// The order is behaviour; each row says why it stands where it does.
constexpr std::array<Maker, 5> pipeline{
    // First: nothing is read, counted or forwarded for a stranger.
    [](const config::Config&) -> std::unique_ptr<const Policy> { return std::make_unique<LocalToken>(); },
    // Before anything that depends on the model: all later rules see the name that is served.
    [](const config::Config& config) -> std::unique_ptr<const Policy> { return std::make_unique<Alias>(config.alias); },
    // Before the cap: text that is taken out does not count against the context.
    [](const config::Config&) -> std::unique_ptr<const Policy> { return std::make_unique<BillingHeader>(); },
    // After every rule that may raise a limit: nothing may lift max_tokens behind its back.
    [](const config::Config& config) -> std::unique_ptr<const Policy> {
      if (!limits_written(config.limits)) return nullptr;
      return std::make_unique<OutputCap>(config.limits);
    },
    // Last: it has to know whether any rule changed the name.
    [](const config::Config&) -> std::unique_ptr<const Policy> { return std::make_unique<ModelEcho>(); },
};

}  // namespace policy_registry

std::vector<std::unique_ptr<const Policy>> make_policies(const config::Config& config) {
  std::vector<std::unique_ptr<const Policy>> policies;
  for (const auto make : policy_registry::pipeline) {
    if (auto policy = make(config)) policies.push_back(std::move(policy));
  }
  return policies;
}

}  // namespace llmgw::proxy
