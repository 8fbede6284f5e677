#include "core/dialects/openai_chat/words.h"

#include <algorithm>
#include <array>

#include "core/http/headers.h"

namespace llmgw::dialect::chat {
namespace words {

using ir::FinishReason;

struct FinishWord {
  std::string_view word;
  FinishReason reason;
};

// Beyond OpenAI's five words, compatible servers send their own: TGI and Together `eos`, Mistral `model_length`,
// DeepSeek `insufficient_system_resource`, vLLM `abort`, proxies of Anthropic `tool_use` and `max_tokens`.
constexpr std::array finishes{
    FinishWord{"stop", FinishReason::stop},
    FinishWord{"length", FinishReason::length},
    FinishWord{"tool_calls", FinishReason::tool_calls},
    FinishWord{"content_filter", FinishReason::content_filter},
    FinishWord{"function_call", FinishReason::tool_calls},
    FinishWord{"tool_use", FinishReason::tool_calls},
    FinishWord{"max_tokens", FinishReason::length},
    FinishWord{"model_length", FinishReason::length},
    FinishWord{"error", FinishReason::error},
    FinishWord{"abort", FinishReason::error},
    FinishWord{"insufficient_system_resource", FinishReason::error},
};

struct Format {
  std::string_view format;
  std::string_view origin;
};

// The names of OpenRouter's documentation ("Preserving reasoning blocks").
constexpr std::array formats{
    Format{"anthropic-claude-v1", "anthropic"},
    Format{"openai-responses-v1", "openai"},
    Format{"google-gemini-v1", "gemini"},
    Format{"xai-responses-v1", "xai"},
};

}  // namespace words

ir::FinishReason read_finish(std::string_view word, bool has_tool_calls) {
  const auto found = std::ranges::find_if(
      words::finishes, [&](const words::FinishWord& row) { return http::same_name(row.word, word); });
  const auto reason = found == words::finishes.end() ? ir::FinishReason::stop : found->reason;
  if (reason == ir::FinishReason::stop && has_tool_calls) return ir::FinishReason::tool_calls;
  if (reason == ir::FinishReason::tool_calls && !has_tool_calls) return ir::FinishReason::stop;
  return reason;
}

std::string_view finish_word(ir::FinishReason reason) {
  switch (reason) {
    case ir::FinishReason::length: return "length";
    case ir::FinishReason::tool_calls: return "tool_calls";
    case ir::FinishReason::content_filter: return "content_filter";
    default: return "stop";
  }
}

std::string_view origin_of_format(std::string_view format) {
  const auto found = std::ranges::find(words::formats, format, &words::Format::format);
  return found == words::formats.end() ? format : found->origin;
}

std::string_view format_of_origin(std::string_view origin) {
  const auto found = std::ranges::find(words::formats, origin, &words::Format::origin);
  return found == words::formats.end() ? origin : found->format;
}

}  // namespace llmgw::dialect::chat
