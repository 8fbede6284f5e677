#pragma once

#include "core/ir/usage.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {

/// Reads a `usage` object of any compatible server; missing numbers are 0.
ir::Usage read_usage(json::View usage);
/// Writes the `usage` object with both detail objects.
void write_usage(json::Writer& writer, const ir::Usage& usage);

}  // namespace llmgw::dialect::chat
