#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/dialects/anthropic_messages/model_rules.h"
#include "core/dialects/anthropic_messages/turns.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// How a request asks for thinking.
struct ThinkingPlan {
  enum class Mode { unsaid, disabled, adaptive, budget };
  Mode mode = Mode::unsaid;
  std::int64_t budget = 0;
  std::string effort;   ///< for `output_config`, empty: not said
  std::string display;  ///< summarized, omitted, or empty
  /// True when the model will think, which rules sampling parameters and forced tools out.
  [[nodiscard]] bool thinks() const { return mode == Mode::adaptive || mode == Mode::budget; }
};

/// What the client's wish comes to with this model and this conversation.
ThinkingPlan plan_thinking(const ir::Request& request, const ModelRules& rules, std::int64_t max_tokens,
                           ir::Notes& notes);

/// Switches thinking off where the API would refuse it: an assistant's text to go on with, or a tool loop whose last
/// turn does not begin with thinking.
void fit_thinking(ThinkingPlan& plan, const std::vector<Turn>& turns, ir::Notes& notes);

/// Writes the member `thinking`, if any.
void write_thinking(json::Writer& writer, const ThinkingPlan& plan);

}  // namespace llmgw::dialect::messages
