#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/dialects/dialect.h"
#include "core/ir/block.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// True for a citation object of the Messages API; other services' citations have no place in its text blocks.
bool is_citation(std::string_view json);

/// The `signature` of a thinking block for a Messages client: the service's own, or llmgw's wrapped form.
std::string signature_of(const ir::Reasoning& reasoning);

/// Writes the blocks of an answer as elements of `content`; tells which of them decide the `stop_reason`.
Ending write_answer(json::Writer& writer, const std::vector<ir::Block>& blocks, const ClientContext& client);

}  // namespace llmgw::dialect::messages
