#include "core/dialects/anthropic_messages/stop_reason.h"

#include <array>

namespace llmgw::dialect::messages {
namespace stop_reason {

struct Row {
  std::string_view word;
  ir::FinishReason reason;
};

// docs.claude.com/en/api/handling-stop-reasons
constexpr std::array rows{
    Row{"end_turn", ir::FinishReason::stop},
    Row{"stop_sequence", ir::FinishReason::stop},
    Row{"tool_use", ir::FinishReason::tool_calls},
    Row{"max_tokens", ir::FinishReason::length},
    Row{"model_context_window_exceeded", ir::FinishReason::length},
    Row{"refusal", ir::FinishReason::content_filter},
};

std::string_view word_of(const Ending& ending) {
  if (ending.refusal || ending.reason == ir::FinishReason::content_filter) return "refusal";
  if (ending.reason == ir::FinishReason::length) return "max_tokens";
  if (ending.tool_use) return "tool_use";
  return ending.stop_sequence.empty() ? "end_turn" : "stop_sequence";
}

}  // namespace stop_reason

ir::FinishReason finish_of(std::string_view word) {
  for (const auto& row : stop_reason::rows) {
    if (row.word == word) return row.reason;
  }
  return ir::FinishReason::stop;
}

ir::Finish finish_event(std::string_view word, json::View stop_sequence, bool has_tool_calls) {
  ir::Finish finish;
  finish.reason = finish_of(word);
  if (finish.reason == ir::FinishReason::stop && has_tool_calls) finish.reason = ir::FinishReason::tool_calls;
  if (finish.reason == ir::FinishReason::tool_calls && !has_tool_calls) finish.reason = ir::FinishReason::stop;
  finish.raw = word;
  finish.stop_sequence = stop_sequence.string().value_or("");
  return finish;
}

void write_ending(json::Writer& writer, const Ending& ending) {
  const auto word = stop_reason::word_of(ending);
  writer.member("stop_reason", word);
  if (word == "stop_sequence") {
    writer.member("stop_sequence", ending.stop_sequence);
  } else {
    writer.member_null("stop_sequence");
  }
  if (word == "refusal") writer.member_raw("stop_details", R"({"type":"refusal","category":null,"explanation":null})");
}

}  // namespace llmgw::dialect::messages
