#pragma once

#include <string>
#include <string_view>

#include "core/ir/event.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// The shared reason for a `stop_reason`; an unknown word is a normal stop.
ir::FinishReason finish_of(std::string_view stop_reason);

/// The end of an answer, from its `stop_reason`. Servers differ on the word for tool calls, so what the answer holds
/// decides; a cut or a refusal stays what it is.
ir::Finish finish_event(std::string_view stop_reason, json::View stop_sequence, bool has_tool_calls);

/// How an answer ended, as a Messages client is to see it.
struct Ending {
  ir::FinishReason reason = ir::FinishReason::none;
  std::string stop_sequence;
  bool tool_use = false;  ///< a `tool_use` block was written
  bool refusal = false;   ///< a refusal was written
};

/// Writes `stop_reason`, `stop_sequence` and, for a refusal, `stop_details`. `tool_use` is the reason only where the
/// answer holds a `tool_use` block: agents loop on that word.
void write_ending(json::Writer& writer, const Ending& ending);

}  // namespace llmgw::dialect::messages
