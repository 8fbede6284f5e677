#pragma once

#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/ir/block.h"
#include "core/ir/request.h"
#include "core/json/path.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {

/// Reads `content`, a string or a list of blocks. Kinds that are not known are kept as opaque blocks.
Result<std::vector<ir::Block>> decode_content(json::View content, const json::Path& path);

/// Reads `system`, a string or a list of text blocks, as instructions.
Result<std::vector<ir::Block>> decode_system(json::View system, const json::Path& path);

/// Reads one message into one or two turns: tool results become a `tool` message before the rest.
Result<> decode_message(json::View message, const json::Path& path, ir::Request& request);

}  // namespace llmgw::dialect::messages
