#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/ir/request.h"
#include "core/json/path.h"
#include "core/json/view.h"

namespace llmgw::dialect::chat {

// The parts of reading a request, one file each. Errors name the field by its path.

/// Reads a message's `content`: a string, a list of parts, or null (no blocks).
Result<std::vector<ir::Block>> read_content(json::View content, const json::Path& path);
/// Reads `messages` into instructions and messages.
Result<> read_messages(json::View messages, const json::Path& path, ir::Request& request);
/// Reads `tools`.
Result<> read_tools(json::View tools, const json::Path& path, ir::Request& request);
/// Reads `tool_choice`.
Result<> read_tool_choice(json::View choice, const json::Path& path, ir::Request& request);
/// Reads `response_format`.
Result<> read_response_format(json::View format, const json::Path& path, ir::Request& request);
/// Reads what asks for reasoning; true when `key` is one of those members.
Result<bool> read_reasoning_request(std::string_view key, json::View value, const json::Path& path,
                                    ir::Request& request);

/// Reads an image given as a URL, which may hold the image itself (`data:image/png;base64,...`).
Result<ir::Image> read_image_url(std::string url, const json::Path& path);
/// Reads a file given as a data URL or as bare base64.
Result<ir::File> read_file_data(std::string data, std::string filename, const json::Path& path);

}  // namespace llmgw::dialect::chat
