#pragma once

#include "core/base/error.h"
#include "core/dialects/anthropic_messages/model_rules.h"
#include "core/dialects/anthropic_messages/output.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"

namespace llmgw::dialect::messages {

/// Refuses what would change the answer's meaning if it were dropped in silence (`n` above 1), and notes the
/// parameters that the API does not have.
Result<> check_sampling(const ir::Request& request, ir::Notes& notes);

/// Writes temperature, top_p, top_k and stop_sequences as far as model and thinking allow.
void write_sampling(Output out, const ir::Request& request, const ModelRules& rules, bool thinks);

}  // namespace llmgw::dialect::messages
