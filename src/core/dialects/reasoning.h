#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ir/request.h"

namespace llmgw::dialect {

/// The place of an effort word in none < minimal < low < medium < high < xhigh < max; -1 for another word.
int effort_rank(std::string_view effort);

/// Tokens of thinking for an effort, given the `max_output` that will be sent: a share of it, at least 1024 (the
/// Messages API's minimum) and below `max_output`. nullopt: no thinking (effort none or unknown, or no room for it).
std::optional<std::int64_t> effort_to_budget(std::string_view effort, std::int64_t max_output);

/// The effort that a budget amounts to: by its share of `max_output`, or by its size when that is not known.
/// 0 is "none", a negative budget (let the model decide) "medium".
std::string_view budget_to_effort(std::int64_t budget, std::optional<std::int64_t> max_output);

/// What the request asks for as an effort word, however the client said it; "none" when it asks for no reasoning.
std::string effort_of(const ir::ReasoningRequest& reasoning, std::optional<std::int64_t> max_output);

/// What the request asks for in tokens, however the client said it; nullopt: no thinking.
std::optional<std::int64_t> budget_of(const ir::ReasoningRequest& reasoning, std::int64_t max_output);

}  // namespace llmgw::dialect
