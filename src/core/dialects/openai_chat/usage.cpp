#include "core/dialects/openai_chat/usage.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace llmgw::dialect::chat {
namespace usage_read {

struct Raw {
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  std::int64_t total = 0;
  std::int64_t cached = 0;
  std::int64_t cache_write = 0;
  std::int64_t reasoning = 0;
};

std::int64_t count(json::View value) {
  const auto number = value.integer();
  return std::clamp<std::int64_t>(number.value_or(0), 0, ir::most_tokens);
}

void read_prompt_details(json::View details, Raw& raw) {
  for (const auto& [key, value] : details.members()) {
    if (key == "cached_tokens") raw.cached = count(value);
    if (key == "cache_write_tokens") raw.cache_write = count(value);
  }
}

void read_completion_details(json::View details, Raw& raw) {
  for (const auto& [key, value] : details.members())
    if (key == "reasoning_tokens") raw.reasoning = count(value);
}

Raw read(json::View usage) {
  Raw raw;
  std::int64_t flat_cached = 0;
  for (const auto& [key, value] : usage.members()) {
    if (key == "prompt_tokens")
      raw.prompt = count(value);
    else if (key == "completion_tokens")
      raw.completion = count(value);
    else if (key == "total_tokens")
      raw.total = count(value);
    else if (key == "prompt_tokens_details")
      read_prompt_details(value, raw);
    else if (key == "completion_tokens_details")
      read_completion_details(value, raw);
    else if (key == "prompt_cache_hit_tokens" || key == "cached_tokens")
      flat_cached = count(value);  // DeepSeek, Moonshot
  }
  if (raw.cached == 0) raw.cached = flat_cached;
  return raw;
}

}  // namespace usage_read

ir::Usage read_usage(json::View usage) {
  const auto raw = usage_read::read(usage);
  ir::Usage out;
  out.input_total = raw.prompt;
  out.input_cached = raw.cached;
  out.input_cache_write = raw.cache_write;
  out.output_total = raw.completion;
  out.output_reasoning = raw.reasoning;
  // xAI and some DeepInfra models count reasoning beside completion_tokens; the totals give it away.
  const bool beside = raw.total == raw.prompt + raw.completion + raw.reasoning || raw.reasoning > raw.completion;
  if (raw.reasoning > 0 && beside) out.output_total = raw.completion + raw.reasoning;
  // A cache larger than the prompt means that the prompt was counted without it.
  if (raw.cached > raw.prompt) out.input_total = raw.prompt + raw.cached;
  return out;
}

void write_usage(json::Writer& writer, const ir::Usage& usage) {
  writer.begin_object();
  writer.member("prompt_tokens", usage.input_total);
  writer.member("completion_tokens", usage.output_total);
  writer.member("total_tokens", usage.input_total + usage.output_total);
  writer.key("prompt_tokens_details");
  writer.begin_object();
  writer.member("cached_tokens", usage.input_cached);
  writer.member("cache_write_tokens", usage.input_cache_write);
  writer.member("audio_tokens", 0);
  writer.end_object();
  writer.key("completion_tokens_details");
  writer.begin_object();
  writer.member("reasoning_tokens", usage.output_reasoning);
  writer.member("audio_tokens", 0);
  writer.member("accepted_prediction_tokens", 0);
  writer.member("rejected_prediction_tokens", 0);
  writer.end_object();
  writer.end_object();
}

}  // namespace llmgw::dialect::chat
