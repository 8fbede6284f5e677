#pragma once

#include <cstddef>
#include <vector>

#include "core/dialects/anthropic_messages/turns.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// Cache marks of a request: the API takes four, and the last four are worth most, because each stands for all that
/// comes before it. Marks are asked for in the order of the prompt: tools, system, messages.
class CacheMarks {
 public:
  CacheMarks(const ir::Request& request, const std::vector<Turn>& turns, ir::Notes& notes);
  /// Writes `cache_control` where the mark is one of the kept ones.
  void write(json::Writer& writer, const std::optional<ir::Json>& mark);
  /// The mark of a tool result: its own, or the last one inside it.
  static std::optional<ir::Json> of_result(const ir::Block& block);

 private:
  std::size_t skip_ = 0;
};

}  // namespace llmgw::dialect::messages
