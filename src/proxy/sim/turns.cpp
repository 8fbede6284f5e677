// Which scripted turn answers a request.
#include <algorithm>

#include "core/json/writer.h"
#include "proxy/sim/scenario.h"

namespace llmgw::sim {
namespace turns {

std::string text_of(const std::vector<ir::Block>& blocks) {
  std::string text;
  for (const auto& block : blocks) {
    const auto* piece = std::get_if<ir::Text>(&block.value);
    if (piece == nullptr) continue;
    if (!text.empty()) text += '\n';
    text += piece->text;
  }
  return text;
}

bool contains(const std::optional<std::string>& wanted, std::string_view text) {
  return !wanted || text.find(*wanted) != std::string_view::npos;
}

bool matches(const TurnMatch& when, const ir::Request& request, const RequestView& view, std::string_view api) {
  if (when.tool_result && !view.result_last) return false;
  if (when.turn && *when.turn != view.turn) return false;
  if (when.model && *when.model != request.model) return false;
  if (when.api && *when.api != api) return false;
  const bool offered =
      !when.tool || std::ranges::find(request.tools, *when.tool, &ir::Tool::name) != request.tools.end();
  return offered && contains(when.user, view.user) && contains(when.tool_result, view.tool_result) &&
         contains(when.system, text_of(request.instructions));
}

void replace_all(std::string& text, std::string_view mark, std::string_view by) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

void fill(std::string& text, const ir::Request& request, const RequestView& view) {
  replace_all(text, "{user}", view.user);
  replace_all(text, "{tool_result}", view.tool_result);
  replace_all(text, "{model}", request.model);
}

/// The same inside JSON text, where what is put in must be escaped.
void fill_json(std::string& text, const ir::Request& request, const RequestView& view) {
  const auto inner = [](std::string_view plain) {
    const auto quoted = json::quoted(plain);
    return quoted.substr(1, quoted.size() - 2);
  };
  replace_all(text, "{user}", inner(view.user));
  replace_all(text, "{tool_result}", inner(view.tool_result));
  replace_all(text, "{model}", inner(request.model));
}

}  // namespace turns

RequestView view_of(const ir::Request& request) {
  RequestView view;
  for (const auto& message : request.messages) {
    if (message.role == ir::Role::assistant) {
      ++view.turn;
      view.result_last = false;
      view.tool_result.clear();
      continue;
    }
    // A Messages client puts results into a user message, a Chat client sends one message for each.
    for (const auto& block : message.blocks) {
      const auto* result = std::get_if<ir::ToolResult>(&block.value);
      if (result == nullptr) continue;
      if (!view.tool_result.empty()) view.tool_result += '\n';
      view.tool_result += turns::text_of(result->content);
      view.result_last = true;
    }
    auto text = turns::text_of(message.blocks);
    if (message.role == ir::Role::user && !text.empty()) view.user = std::move(text);
  }
  return view;
}

std::optional<Turn> find_turn(const Scenario& scenario, const ir::Request& request, std::string_view api) {
  const auto view = view_of(request);
  const auto found = std::ranges::find_if(
      scenario.turns, [&](const Turn& turn) { return turns::matches(turn.when, request, view, api); });
  if (found == scenario.turns.end()) return std::nullopt;
  Turn turn = *found;
  turns::fill(turn.think, request, view);
  turns::fill(turn.say, request, view);
  for (auto& call : turn.calls) turns::fill_json(call.args, request, view);
  return turn;
}

}  // namespace llmgw::sim
