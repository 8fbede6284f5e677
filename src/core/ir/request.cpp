#include "core/ir/request.h"

namespace llmgw::ir {

void apply(const Changes& changes, Request& request) {
  if (changes.model) request.model = *changes.model;
  if (changes.max_output && request.max_output) request.max_output = *changes.max_output;
  if (changes.reasoning_off) {
    ReasoningRequest off;
    off.given_as = ReasoningRequest::GivenAs::on_off;
    off.enabled = false;
    off.effort = "none";
    request.reasoning = off;
  }
  if (changes.drop_billing_header) {
    std::erase_if(request.instructions, [](const Block& block) {
      const auto* text = std::get_if<Text>(&block.value);
      return text != nullptr && is_billing_header(text->text);
    });
  }
  if (changes.ask_usage) request.include_usage = true;
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::system: return "system";
    case Role::developer: return "developer";
    case Role::user: return "user";
    case Role::assistant: return "assistant";
    case Role::tool: return "tool";
  }
  return "user";
}

bool is_billing_header(std::string_view text) { return text.starts_with("x-anthropic-billing-header:"); }

}  // namespace llmgw::ir
