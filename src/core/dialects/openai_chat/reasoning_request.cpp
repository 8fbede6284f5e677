#include <utility>

#include "core/dialects/openai_chat/request_read.h"

namespace llmgw::dialect::chat {
namespace reasoning_requests {

using GivenAs = ir::ReasoningRequest::GivenAs;

void by_effort(std::string effort, ir::Request& request) {
  ir::ReasoningRequest reasoning = request.reasoning.value_or(ir::ReasoningRequest{});
  reasoning.given_as = GivenAs::effort;
  reasoning.enabled = effort != "none";
  reasoning.effort = std::move(effort);
  request.reasoning = std::move(reasoning);
}

void by_budget(std::int64_t budget, ir::Request& request) {
  ir::ReasoningRequest reasoning = request.reasoning.value_or(ir::ReasoningRequest{});
  if (reasoning.effort.empty()) reasoning.given_as = GivenAs::budget;
  reasoning.enabled = budget != 0;
  reasoning.budget = budget;
  request.reasoning = std::move(reasoning);
}

// A switch says less than an effort or a budget given beside it.
void by_switch(bool on, ir::Request& request) {
  ir::ReasoningRequest reasoning = request.reasoning.value_or(ir::ReasoningRequest{});
  if (!request.reasoning) reasoning.given_as = GivenAs::on_off;
  reasoning.enabled = on;
  if (!on) reasoning.effort = "none";
  request.reasoning = std::move(reasoning);
}

// OpenRouter's object.
Result<> read_object(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(value, path));
  if (const auto on = value["enabled"].boolean()) by_switch(*on, request);
  if (const auto budget = value["max_tokens"].integer()) by_budget(*budget, request);
  if (auto effort = value["effort"].string()) by_effort(*std::move(effort), request);
  if (const auto hidden = value["exclude"].boolean()) request.show_reasoning = !*hidden;
  return {};
}

// DeepSeek, Moonshot and Z.ai: {"type":"enabled"|"disabled"}, as in the Messages API.
Result<> read_thinking(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(value, path));
  by_switch(!value["type"].equals("disabled"), request);
  if (const auto budget = value["budget_tokens"].integer()) by_budget(*budget, request);
  return {};
}

void read_template_arguments(json::View arguments, ir::Request& request) {
  for (const std::string_view key : {"enable_thinking", "thinking"}) {
    if (const auto on = arguments[key].boolean()) by_switch(*on, request);
  }
  if (auto effort = arguments["reasoning_effort"].string()) by_effort(*std::move(effort), request);
}

}  // namespace reasoning_requests

Result<bool> read_reasoning_request(std::string_view key, json::View value, const json::Path& path,
                                    ir::Request& request) {
  if (key == "reasoning_effort") {
    TRY(auto effort, json::read_string(value, path));
    reasoning_requests::by_effort(std::move(effort), request);
  } else if (key == "reasoning") {
    TRY_VOID(reasoning_requests::read_object(value, path, request));
  } else if (key == "thinking") {
    TRY_VOID(reasoning_requests::read_thinking(value, path, request));
  } else if (key == "enable_thinking") {
    TRY(const bool on, json::read_boolean(value, path));
    reasoning_requests::by_switch(on, request);
  } else if (key == "thinking_budget" || key == "thinking_token_budget") {
    TRY(const auto budget, json::read_integer(value, path));
    reasoning_requests::by_budget(budget, request);
  } else if (key == "include_reasoning") {
    TRY(request.show_reasoning, json::read_boolean(value, path));
  } else if (key == "chat_template_kwargs") {
    reasoning_requests::read_template_arguments(value, request);
    return false;  // templates take other arguments too: the member is kept as it is
  } else {
    return false;
  }
  return true;
}

}  // namespace llmgw::dialect::chat
