#include "core/dialects/custom_calls.h"

#include <algorithm>
#include <utility>

#include "core/base/overloaded.h"
#include "core/dialects/upstream_error.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect {
namespace custom_calling {

constexpr std::size_t most_held = std::size_t{64} << 20U;  // what one event may hold, too

Error too_long() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream's answer holds a tool call longer than any model writes.";
  return error;
}

}  // namespace custom_calling

std::string_view custom_schema() {
  return R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false})";
}

std::string custom_arguments(std::string_view input) { return "{\"input\":" + json::quoted(input) + "}"; }

std::string custom_input(std::string_view arguments) {
  const auto parsed = json::parse(arguments);
  if (!parsed) return std::string(arguments);
  return (*parsed)["input"].string().value_or(std::string(arguments));
}

std::string custom_format_words(std::string_view format) {
  const auto parsed = json::parse(format);
  if (!parsed || !(*parsed)["type"].equals("grammar")) return {};
  // OpenAI nests the grammar in Chat Completions and spreads it out in Responses.
  const auto nested = (*parsed)["grammar"];
  const auto grammar = nested.is_object() ? nested : *parsed;
  std::string out = "The input must match this " + grammar["syntax"].string().value_or("") + " grammar:\n";
  return out + grammar["definition"].string().value_or("");
}

CustomCalls::CustomCalls(const std::vector<ir::Tool>& tools) {
  for (const auto& tool : tools) {
    if (tool.kind == ir::ToolKind::custom) names_.insert(tool.name);
  }
}

void CustomCalls::restore(ir::Events& events) {
  if (names_.empty()) return;
  ir::Events out;
  out.reserve(events.size());
  for (auto& event : events) {
    if (ended_) break;
    take(std::move(event), out);
    if (held_ <= custom_calling::most_held) continue;
    end_with_fault(custom_calling::too_long(), out);
    ended_ = true;
  }
  events = std::move(out);
}

void CustomCalls::take(ir::Event event, ir::Events& out) {
  const bool swallowed = std::visit(
      overloaded{
          [&](ir::BlockOpen& open) {
            const bool call = open.kind == ir::BlockKind::tool_call && open.tool_kind == ir::ToolKind::function;
            if (!call || !names_.contains(open.name)) return false;
            open.tool_kind = ir::ToolKind::custom;
            open_.push_back({open.choice, open.index, {}});
            return false;
          },
          [&](ir::Delta& delta) {
            auto* call = find(delta.choice, delta.index);
            if (call == nullptr || delta.kind != ir::DeltaKind::args) return false;
            call->arguments += delta.text;
            held_ += delta.text.size();
            return true;
          },
          [&](ir::BlockClose& close) {
            const auto* call = find(close.choice, close.index);
            if (call == nullptr) return false;
            auto input = custom_input(call->arguments);
            if (!input.empty()) {
              out.emplace_back(ir::Delta{close.choice, close.index, ir::DeltaKind::args, std::move(input)});
            }
            held_ -= call->arguments.size();
            open_.erase(open_.begin() + (call - open_.data()));
            return false;
          },
          [](auto&) { return false; },
      },
      event);
  if (!swallowed) out.push_back(std::move(event));
}

CustomCalls::Open* CustomCalls::find(int choice, int index) {
  const auto found =
      std::ranges::find_if(open_, [&](const Open& call) { return call.choice == choice && call.index == index; });
  return found == open_.end() ? nullptr : &*found;
}

}  // namespace llmgw::dialect
