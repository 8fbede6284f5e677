#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/dialects/anthropic_messages/cache_marks.h"
#include "core/dialects/anthropic_messages/output.h"
#include "core/dialects/anthropic_messages/turns.h"
#include "core/dialects/tools.h"

namespace llmgw::dialect::messages {

/// Writes the conversation of a request.
class ContentWriter {
 public:
  ContentWriter(Output out, CacheMarks& marks, const ToolNames& names)
      : writer_(out.writer), marks_(marks), names_(names), notes_(out.notes) {}

  /// The value of `messages`.
  Result<> messages(const std::vector<Turn>& turns);
  /// The value of `system`; `more` is a text of llmgw's own at its end, or empty.
  void system(const std::vector<ir::Block>& instructions, std::string_view more);

 private:
  Result<> result_content(const TurnResult& result);
  Result<> results(const Turn& turn);
  Result<> block(const TurnBlock& entry);
  Result<> part(const ir::Block& block);
  Result<> picture(const ir::Image& image, const std::string& path);
  void text(std::string_view text, const ir::Block* block);
  void call(const ir::ToolCall& call, const TurnBlock& entry);
  void reasoning(const ir::Reasoning& reasoning);

  json::Writer& writer_;
  CacheMarks& marks_;
  const ToolNames& names_;
  ir::Notes& notes_;
};

}  // namespace llmgw::dialect::messages
