#pragma once

#include <string_view>

namespace llmgw::dialect::chat {

/// What a model takes or wants beyond the common ground of Chat Completions, by its name. A name that is not known gets
/// the defaults: nothing is changed for it.
struct ModelRules {
  bool reasons = false;                  ///< OpenAI's reasoning models: `max_completion_tokens`, no sampling parameters
  bool samples_unless_thinking = false;  ///< of these: temperature, top_p and logprobs with effort `none`
  bool wants_reasoning_back = false;     ///< refuses, or gets worse, without the reasoning of its past turns
};

/// The rules for names like `gpt-5.4-mini`, `openai/o3`, `deepseek-ai/DeepSeek-V4-Flash`, `kimi-k2.5`.
ModelRules model_rules(std::string_view model);

}  // namespace llmgw::dialect::chat
