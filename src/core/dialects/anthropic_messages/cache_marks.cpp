#include "core/dialects/anthropic_messages/cache_marks.h"

#include <algorithm>
#include <span>
#include <utility>

namespace llmgw::dialect::messages {
namespace marks {

constexpr std::size_t most = 4;  // docs.claude.com/en/docs/build-with-claude/prompt-caching

}  // namespace marks

void CacheMarks::write(json::Writer& writer, const std::optional<ir::Json>& mark) {
  if (!mark) return;
  const auto begin = out_.size();
  writer.member_raw("cache_control", *mark);
  written_.emplace_back(begin, out_.size());
}

void CacheMarks::keep_last(ir::Notes& notes) {
  const auto count = written_.size() + carried_;
  if (count <= marks::most) return;
  const auto taken = std::min(count - marks::most, written_.size());
  notes.add("cache_control", ir::NoteAction::dropped, "more than four cache marks: the last four are kept");
  std::string kept;
  kept.reserve(out_.size());
  std::size_t from = 0;
  for (const auto& [begin, end] : std::span(written_).first(taken)) {
    kept.append(out_, from, begin - from);
    from = end;
  }
  kept.append(out_, from);
  out_ = std::move(kept);
}

std::optional<ir::Json> CacheMarks::of_result(const ir::Block& block) {
  auto mark = block.cache;
  const auto* result = std::get_if<ir::ToolResult>(&block.value);
  if (mark || result == nullptr) return mark;
  for (const auto& part : result->content) {
    const bool carried = std::holds_alternative<ir::Opaque>(part.value);
    if (part.cache && !carried) mark = part.cache;
  }
  return mark;
}

}  // namespace llmgw::dialect::messages
