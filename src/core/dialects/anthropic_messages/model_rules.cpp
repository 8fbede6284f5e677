#include "core/dialects/anthropic_messages/model_rules.h"

#include <charconv>
#include <optional>

namespace llmgw::dialect::messages {
namespace rules {

// The version as one number: 4.6 is 406. Dates (20250929) and words are no part of it.
std::optional<int> claude_version(std::string_view model) {
  const auto found = model.find("claude-");
  if (found == std::string_view::npos) return std::nullopt;
  model.remove_prefix(found);
  std::optional<int> major;
  while (!model.empty()) {
    const auto end = model.find_first_of("-.@:");
    const auto word = model.substr(0, end);
    model.remove_prefix(end == std::string_view::npos ? model.size() : end + 1);
    int number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool version = read.ec == std::errc() && read.ptr == word.data() + word.size() && word.size() <= 2;
    if (major) return *major * 100 + (version ? number : 0);
    if (version) major = number;
  }
  return major ? std::optional(*major * 100) : std::nullopt;
}

}  // namespace rules

// docs.claude.com: adaptive thinking, effort, structured outputs, migration to 4.7 (sampling parameters are refused).
ModelRules model_rules(std::string_view model) {
  ModelRules out;
  const auto version = rules::claude_version(model);
  if (!version) return out;
  out.adaptive_thinking = *version >= 406;
  out.xhigh_effort = *version >= 407;
  out.takes_sampling = *version < 407;
  out.one_of_sampling = *version >= 400;
  out.output_format = *version >= 405;
  return out;
}

}  // namespace llmgw::dialect::messages
