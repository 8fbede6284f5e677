#include "core/dialects/openai_chat/model_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/http/lower_text.h"

namespace llmgw::dialect::chat {
namespace rules {

// api-docs.deepseek.com ("Thinking mode": tool calls), platform.moonshot.ai, platform.minimax.io ("Interleaved
// thinking"), docs.z.ai ("Preserved thinking").
constexpr std::array<std::string_view, 4> interleaved{"deepseek", "kimi-k", "minimax-m", "glm-"};

std::string last_part(std::string_view model) { return http::lower_text(model.substr(model.rfind('/') + 1)); }

bool is_series(std::string_view name, std::string_view series) {
  return name.starts_with(series) && (name.size() == series.size() || name[series.size()] == '-');
}

// `gpt-5`, `gpt-5-mini` and `gpt-5.4`, but no `gpt-50`.
bool is_gpt_5(std::string_view name) { return is_series(name, "gpt-5") || name.starts_with("gpt-5."); }

}  // namespace rules

ModelRules model_rules(std::string_view model) {
  ModelRules out;
  const auto name = rules::last_part(model);
  const bool o_series = rules::is_series(name, "o1") || rules::is_series(name, "o3") || rules::is_series(name, "o4");
  out.reasons = o_series || rules::is_gpt_5(name);
  // platform.openai.com/docs/guides/latest-model: from 5.1 on there is an effort `none`.
  out.samples_unless_thinking = name.starts_with("gpt-5.");
  // R1 and its distillations refuse what the later models ask for.
  const bool first_generation = name.find("-r1") != std::string::npos;
  out.wants_reasoning_back = !first_generation && std::ranges::any_of(rules::interleaved, [&](std::string_view start) {
    return name.starts_with(start);
  });
  return out;
}

}  // namespace llmgw::dialect::chat
