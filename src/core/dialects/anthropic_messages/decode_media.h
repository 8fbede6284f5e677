#pragma once

#include <string_view>

#include "core/base/error.h"
#include "core/ir/block.h"
#include "core/json/path.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {

/// Reads an `image` block.
Result<ir::Block> decode_image(json::View block, const json::Path& path);
/// Reads a `document` block.
Result<ir::Block> decode_document(json::View block, const json::Path& path);
/// Reads a `search_result` block as a text document, which is what it is to a model.
Result<ir::Block> decode_search_result(json::View block, const json::Path& path);

}  // namespace llmgw::dialect::messages
