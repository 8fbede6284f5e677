#pragma once

#include "core/dialects/anthropic_messages/cache_marks.h"
#include "core/dialects/anthropic_messages/output.h"
#include "core/dialects/tools.h"
#include "core/ir/request.h"

namespace llmgw::dialect::messages {

/// Writes the members `tools` and `tool_choice`, if there is anything to say.
void write_tools(Output out, const ir::Request& request, const ToolNames& names, CacheMarks& marks);

}  // namespace llmgw::dialect::messages
