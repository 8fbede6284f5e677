#pragma once

#include <cstdint>
#include <optional>

#include "proxy/policies/policy.h"

namespace llmgw::proxy {

/// Characters (Unicode code points) of the prompt: every text in the conversation, the system text and the tools,
/// but for `data:` URIs, whose base64 is no prompt text.
std::int64_t prompt_characters(json::View body);

/// The output limit to send for a wanted one, or why none is possible.
/// `available = context - characters / chars_per_token - reserve`, then `min(wanted, available, max_output)`.
Result<std::int64_t> capped_output(std::int64_t wanted, std::int64_t characters, const config::Limits& limits,
                                   std::optional<std::int64_t> context);

/// Lowers `max_tokens` and its newer names so that prompt and answer fit the model's context. A limit that the
/// client did not send stays absent.
class OutputCap final : public Policy {
 public:
  explicit OutputCap(const config::Limits& limits) : limits_(limits) {}
  Result<> on_attempt(Exchange& exchange, Attempt& attempt) const override;

 private:
  config::Limits limits_;
};

}  // namespace llmgw::proxy
