#pragma once

#include <string_view>

#include "core/ir/event.h"

namespace llmgw::dialect::chat {

/// The shared reason behind a server's `finish_reason`, compared without letter case; unknown words mean `stop`.
/// Servers say `stop` after calls (Ollama) and `tool_calls` without any; agents act on the reason, so it has to agree
/// with what came (weave-os/router#250).
ir::FinishReason read_finish(std::string_view word, bool has_tool_calls);
/// The `finish_reason` of a shared reason; `stop` for none and error, which have no word of their own.
std::string_view finish_word(ir::FinishReason reason);

/// The family behind the `format` of a `reasoning_details` entry ("anthropic-claude-v1" is "anthropic").
std::string_view origin_of_format(std::string_view format);
/// The `format` of a family, or the family's own name where OpenRouter defines none.
std::string_view format_of_origin(std::string_view origin);

}  // namespace llmgw::dialect::chat
