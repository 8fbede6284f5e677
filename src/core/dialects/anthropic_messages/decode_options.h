#pragma once

#include "core/base/error.h"
#include "core/ir/request.h"
#include "core/json/path.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {

/// Reads `tools`.
Result<> decode_tools(json::View tools, const json::Path& path, ir::Request& request);
/// Reads `tool_choice`, with `disable_parallel_tool_use` in it.
Result<> decode_tool_choice(json::View choice, const json::Path& path, ir::Request& request);
/// Reads `thinking`.
Result<> decode_thinking(json::View thinking, const json::Path& path, ir::Request& request);
/// Reads `output_config`: effort and format.
Result<> decode_output_config(json::View config, const json::Path& path, ir::Request& request);
/// Reads a `format` object (`output_config.format`, or `output_format` of the earlier beta).
Result<> decode_format(json::View format, const json::Path& path, ir::Request& request);

}  // namespace llmgw::dialect::messages
