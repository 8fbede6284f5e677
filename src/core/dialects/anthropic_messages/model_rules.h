#pragma once

#include <string_view>

namespace llmgw::dialect::messages {

/// What a model takes beyond the common ground of the Messages API, by its name. A name that is not known as a
/// Claude model gets the defaults: nothing is changed for it.
struct ModelRules {
  bool adaptive_thinking = false;  ///< `thinking.type = "adaptive"` with `output_config.effort`
  bool xhigh_effort = false;
  bool takes_sampling = true;    ///< temperature, top_p, top_k
  bool one_of_sampling = false;  ///< temperature or top_p, not both
  bool output_format = true;     ///< `output_config.format`
};

/// The rules for names like `claude-opus-4-7`, `claude-3-7-sonnet-latest`, `us.anthropic.claude-sonnet-4-5-v1:0`.
ModelRules model_rules(std::string_view model);

}  // namespace llmgw::dialect::messages
