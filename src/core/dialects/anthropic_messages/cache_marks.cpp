#include "core/dialects/anthropic_messages/cache_marks.h"

namespace llmgw::dialect::messages {
namespace marks {

constexpr std::size_t most = 4;  // docs.claude.com/en/docs/build-with-claude/prompt-caching

}  // namespace marks

CacheMarks::CacheMarks(const ir::Request& request, const std::vector<Turn>& turns, ir::Notes& notes) {
  std::size_t count = 0;
  for (const auto& tool : request.tools) count += tool.cache ? 1 : 0;
  for (const auto& block : request.instructions) count += block.cache ? 1 : 0;
  for (const auto& turn : turns) {
    for (const auto& result : turn.results) count += result.block != nullptr && of_result(*result.block) ? 1 : 0;
    for (const auto& block : turn.blocks) count += block.block != nullptr && block.block->cache ? 1 : 0;
  }
  if (count <= marks::most) return;
  skip_ = count - marks::most;
  notes.add("cache_control", ir::NoteAction::dropped, "more than four cache marks: the last four are kept");
}

void CacheMarks::write(json::Writer& writer, const std::optional<ir::Json>& mark) {
  if (!mark) return;
  if (skip_ > 0) {
    --skip_;
    return;
  }
  writer.member_raw("cache_control", *mark);
}

std::optional<ir::Json> CacheMarks::of_result(const ir::Block& block) {
  auto mark = block.cache;
  const auto* result = std::get_if<ir::ToolResult>(&block.value);
  if (mark || result == nullptr) return mark;
  for (const auto& part : result->content) {
    if (part.cache) mark = part.cache;
  }
  return mark;
}

}  // namespace llmgw::dialect::messages
