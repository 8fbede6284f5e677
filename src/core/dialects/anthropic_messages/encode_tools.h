#pragma once

#include "core/dialects/anthropic_messages/cache_marks.h"
#include "core/dialects/tools.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// Writes the members `tools` and `tool_choice`, if there is anything to say.
void write_tools(json::Writer& writer, const ir::Request& request, const ToolNames& names, CacheMarks& marks,
                 ir::Notes& notes);

}  // namespace llmgw::dialect::messages
