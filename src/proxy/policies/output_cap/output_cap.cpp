#include "proxy/policies/output_cap/output_cap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace llmgw::proxy {
namespace output_cap {

constexpr std::array<std::string_view, 6> prompt_members{"messages", "system",       "prompt",
                                                         "input",    "instructions", "tools"};

std::int64_t code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

std::int64_t string_characters(json::View value) {
  if (const auto plain = value.plain_string()) return plain->starts_with("data:") ? 0 : code_points(*plain);
  const auto text = value.string().value_or(std::string());
  return text.starts_with("data:") ? 0 : code_points(text);
}

}  // namespace output_cap

std::int64_t prompt_characters(json::View body) {
  std::int64_t total = 0;
  std::vector<json::View> open;  // an explicit stack: the depth is the client's to choose
  for (const auto& [key, value] : body.members()) {
    if (std::ranges::find(output_cap::prompt_members, key) != output_cap::prompt_members.end()) open.push_back(value);
  }
  while (!open.empty()) {
    const auto value = open.back();
    open.pop_back();
    if (value.is_string()) {
      total += output_cap::string_characters(value);
    } else if (value.is_array()) {
      for (const auto& element : value.elements()) open.push_back(element);
    } else if (value.is_object()) {
      for (const auto& [key, member] : value.members()) open.push_back(member);
    }
  }
  return total;
}

Result<std::int64_t> capped_output(std::int64_t wanted, std::int64_t characters, const config::Limits& limits,
                                   std::optional<std::int64_t> context) {
  auto allowed = wanted;
  if (context) {
    const auto prompt = characters / limits.chars_per_token;
    const auto available = *context - prompt - limits.reserve_tokens;
    if (available <= 0) {
      return fail(
          Errc::context_length,
          fmt::format("prompt is too long: about {} tokens with {} reserved do not fit the context of {} tokens",
                      prompt, limits.reserve_tokens, *context),
          "messages");
    }
    allowed = std::min(allowed, available);
  }
  if (limits.max_output_tokens) allowed = std::min(allowed, *limits.max_output_tokens);
  return allowed;
}

Result<> OutputCap::on_attempt(Exchange& exchange, Attempt& attempt) const {
  std::optional<std::int64_t> context;
  if (limits_.max_context_tokens) {
    context = limits_.max_context_tokens->automatic ? attempt.context_length
                                                    : std::optional(limits_.max_context_tokens->tokens);
  }
  const auto wanted = exchange.facts.max_output;
  const auto characters = context ? prompt_characters(exchange.body) : 0;
  // Without a wanted limit the check still tells the client early that the prompt cannot fit.
  TRY(const auto allowed, capped_output(wanted.value_or(1), characters, limits_, context));
  if (!wanted || allowed >= *wanted) return {};
  attempt.changes.max_output = allowed;
  exchange.applied.add("max_tokens_capped", std::to_string(allowed));
  return {};
}

}  // namespace llmgw::proxy
