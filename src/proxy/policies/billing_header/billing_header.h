#pragma once

#include "proxy/policies/policy.h"

namespace llmgw::proxy {

/// Claude Code puts a text block with numbers that change on every request in front of its system prompt. To
/// Anthropic it means something; to any other server it only defeats the prompt cache, so it is taken out
/// (see ollama/ollama#14918 and vllm-project/vllm#36829 for what it costs).
class BillingHeader final : public Policy {
 public:
  Result<> on_attempt(Exchange& exchange, Attempt& attempt) const override;
};

}  // namespace llmgw::proxy
