#pragma once

#include "core/base/error.h"
#include "core/ir/block.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// Writes the members `type` and `source` of an image block; the caller has opened the object. What the API cannot
/// take is an error that names `path`.
Result<> write_image(json::Writer& writer, const ir::Image& image, const std::string& path);

/// Writes the members of a document block.
Result<> write_document(json::Writer& writer, const ir::File& file, const std::string& path);

/// The media type that the first bytes tell (PNG, JPEG, GIF, WEBP), or empty.
std::string_view sniffed_type(std::string_view bytes);

}  // namespace llmgw::dialect::messages
