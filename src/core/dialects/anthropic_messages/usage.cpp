#include "core/dialects/anthropic_messages/usage.h"

#include <algorithm>

namespace llmgw::dialect::messages {
namespace usage {

void read(json::View value, std::int64_t& out) {
  if (const auto number = value.integer()) out = std::clamp<std::int64_t>(*number, 0, ir::most_tokens);
}

}  // namespace usage

void WireUsage::update(json::View usage) {
  if (!usage.is_object()) return;
  seen_ = true;
  for (const auto& [key, value] : usage.members()) {
    if (key == "input_tokens")
      usage::read(value, input_);
    else if (key == "output_tokens")
      usage::read(value, output_);
    else if (key == "cache_read_input_tokens")
      usage::read(value, cache_read_);
    else if (key == "cache_creation_input_tokens")
      usage::read(value, cache_write_);
    else if (key == "cache_creation")
      usage::read(value["ephemeral_1h_input_tokens"], cache_write_1h_);
    else if (key == "output_tokens_details")
      usage::read(value["thinking_tokens"], thinking_);
  }
}

ir::Usage WireUsage::totals() const {
  ir::Usage out;
  out.input_total = input_ + cache_read_ + cache_write_;
  out.input_cached = cache_read_;
  out.input_cache_write = cache_write_;
  out.input_cache_write_1h = cache_write_1h_;
  out.output_total = output_;
  out.output_reasoning = thinking_;
  return out;
}

void write_usage(json::Writer& writer, const ir::Usage& usage) {
  const auto fresh = usage.input_total - usage.input_cached - usage.input_cache_write;
  writer.begin_object();
  writer.member("input_tokens", std::max<std::int64_t>(fresh, 0));
  writer.member("cache_creation_input_tokens", usage.input_cache_write);
  writer.member("cache_read_input_tokens", usage.input_cached);
  if (usage.input_cache_write_1h > 0) {
    writer.key("cache_creation");
    writer.begin_object();
    writer.member("ephemeral_5m_input_tokens",
                  std::max<std::int64_t>(usage.input_cache_write - usage.input_cache_write_1h, 0));
    writer.member("ephemeral_1h_input_tokens", usage.input_cache_write_1h);
    writer.end_object();
  }
  writer.member("output_tokens", usage.output_total);
  if (usage.output_reasoning > 0) {
    writer.key("output_tokens_details");
    writer.begin_object();
    writer.member("thinking_tokens", usage.output_reasoning);
    writer.end_object();
  }
  writer.end_object();
}

}  // namespace llmgw::dialect::messages
