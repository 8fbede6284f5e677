#include "core/dialects/anthropic_messages/thinking_plan.h"

#include <algorithm>

#include "core/dialects/reasoning.h"

namespace llmgw::dialect::messages {
namespace thinking {

// The client's name for the wish, for notes.
std::string path_of(const ir::Request& request) {
  return request.origin == "anthropic" ? "thinking" : "reasoning_effort";
}

bool forced_tool(const ir::Request& request) {
  if (!request.tool_choice || request.tools.empty()) return false;
  using Mode = ir::ToolChoice::Mode;
  const auto& choice = *request.tool_choice;
  return choice.mode == Mode::required || choice.mode == Mode::tool ||
         (choice.mode == Mode::allowed && choice.allowed_required);
}

std::string fitting_effort(std::string effort, const ModelRules& rules) {
  if (effort == "minimal") return "low";
  if (effort == "xhigh" && !rules.xhigh_effort) return "high";
  return effort;
}

void plan_adaptive(const ir::Request& request, const ModelRules& rules, std::int64_t max_tokens, ThinkingPlan& plan) {
  const auto& wish = *request.reasoning;
  plan.mode = ThinkingPlan::Mode::adaptive;
  if (!wish.effort.empty() || wish.budget) plan.effort = fitting_effort(effort_of(wish, max_tokens), rules);
  // From 4.7 on, thinking text is left out of answers unless it is asked for (docs.claude.com, adaptive thinking).
  if (rules.xhigh_effort) plan.display = request.show_reasoning.value_or(true) ? "summarized" : "omitted";
}

}  // namespace thinking

ThinkingPlan plan_thinking(const ir::Request& request, const ModelRules& rules, std::int64_t max_tokens,
                           ir::Notes& notes) {
  ThinkingPlan plan;
  if (!request.reasoning) return plan;
  if (effort_of(*request.reasoning, max_tokens) == "none") {
    plan.mode = ThinkingPlan::Mode::disabled;
    return plan;
  }
  if (thinking::forced_tool(request)) {
    // The API refuses both together, and clients check that a forced tool was called. Newer models think unless they
    // are told not to (can1357/oh-my-pi#6589).
    notes.add(thinking::path_of(request), ir::NoteAction::dropped, "a forced tool choice excludes thinking");
    if (rules.adaptive_thinking) plan.mode = ThinkingPlan::Mode::disabled;
    return plan;
  }
  if (rules.adaptive_thinking) {
    thinking::plan_adaptive(request, rules, max_tokens, plan);
    return plan;
  }
  const auto budget = budget_of(*request.reasoning, max_tokens);
  if (!budget) {
    notes.add(thinking::path_of(request), ir::NoteAction::dropped, "the output limit leaves no room for thinking");
    return plan;
  }
  if (request.reasoning->budget && *request.reasoning->budget != *budget)
    notes.add(thinking::path_of(request), ir::NoteAction::clamped, "1024 tokens or more, and below the output limit");
  plan.mode = ThinkingPlan::Mode::budget;
  plan.budget = *budget;
  return plan;
}

void fit_thinking(ThinkingPlan& plan, const std::vector<Turn>& turns, ir::Notes& notes) {
  if (plan.mode != ThinkingPlan::Mode::budget || turns.empty()) return;
  if (turns.back().assistant) {
    // docs.claude.com, "Extended thinking": responses cannot be pre-filled while thinking is on.
    plan = {};
    notes.add("thinking", ir::NoteAction::dropped, "the answer's beginning is given, which excludes thinking");
    return;
  }
  if (turns.back().results.empty()) return;
  const auto last = std::ranges::find(turns.rbegin(), turns.rend(), true, &Turn::assistant);
  if (last == turns.rend() || last->blocks.empty()) return;
  const auto* first = last->blocks.front().block;
  if (first != nullptr && std::holds_alternative<ir::Reasoning>(first->value)) return;
  // "Expected `thinking` or `redacted_thinking`, but found `tool_use`": the running turn was begun elsewhere.
  plan = {};
  notes.add("thinking", ir::NoteAction::dropped, "the running tool turn does not begin with signed thinking");
}

void write_thinking(json::Writer& writer, const ThinkingPlan& plan) {
  if (plan.mode == ThinkingPlan::Mode::unsaid) return;
  writer.key("thinking");
  writer.begin_object();
  if (plan.mode == ThinkingPlan::Mode::disabled) {
    writer.member("type", "disabled");
  } else if (plan.mode == ThinkingPlan::Mode::adaptive) {
    writer.member("type", "adaptive");
  } else {
    writer.member("type", "enabled");
    writer.member("budget_tokens", plan.budget);
  }
  if (!plan.display.empty()) writer.member("display", plan.display);
  writer.end_object();
}

}  // namespace llmgw::dialect::messages
