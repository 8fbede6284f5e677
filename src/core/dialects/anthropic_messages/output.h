#pragma once

#include "core/ir/notes.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// Where a request is written to, and where its losses are told.
struct Output {
  json::Writer& writer;
  ir::Notes& notes;
};

}  // namespace llmgw::dialect::messages
