#include "proxy/sim/content.h"

#include <algorithm>

#include "core/json/writer.h"
#include "proxy/sim/sample_json.h"
#include "proxy/sim/words.h"

namespace llmgw::sim {
namespace contents {

using Tokens = std::vector<std::string>;

/// Builds the units of one choice, block after block.
class Builder {
 public:
  Builder(const Order& order, int choice, Dice dice) : order_(order), choice_(choice), dice_(dice) {}

  Content build() {
    const auto calls = wanted_calls();
    const auto thoughts = reasoning();
    const bool as_text = order_.behaviour.reasoning_field == ReasoningField::think;
    if (!thoughts.empty() && !as_text) add_reasoning(thoughts);
    auto text = visible_text(!calls.empty());
    if (!thoughts.empty() && as_text) text = with_think_tags(thoughts, std::move(text));
    if (order_.behaviour.big_event > 0)
      text.insert(text.begin(), std::string(static_cast<std::size_t>(order_.behaviour.big_event), 'x'));
    if (!text.empty()) add_text(text);
    add_calls(calls);
    finish(!calls.empty());
    truncate();
    return std::move(content_);
  }

 private:
  Tokens reasoning() {
    if (order_.turn) return tokens_of(order_.turn->think);
    const auto& wish = order_.request.reasoning;
    if (wish && !wish->enabled) return {};
    return prose(dice_.content, order_.behaviour.reasoning);
  }

  Tokens visible_text(bool calls) {
    const auto& behaviour = order_.behaviour;
    if (order_.turn) return tokens_of(order_.turn->say);
    if (calls) return {};
    if (const auto& format = order_.request.format; format && format->kind != ir::ResponseFormat::Kind::text)
      return tokens_of(sample_json(format->schema, dice_.content));
    if (behaviour.echo) return tokens_of(view_of(order_.request).user);
    const auto count = behaviour.draw_length(dice_.timing);
    return behaviour.han ? han_prose(dice_.content, count) : prose(dice_.content, count);
  }

  static Tokens with_think_tags(const Tokens& thoughts, Tokens text) {
    Tokens all{"<think>"};
    all.insert(all.end(), thoughts.begin(), thoughts.end());
    all.emplace_back("</think>");
    all.insert(all.end(), text.begin(), text.end());
    return all;
  }

  [[nodiscard]] bool may_call() const {
    const auto& request = order_.request;
    if (request.tools.empty()) return false;
    const auto& choice = request.tool_choice;
    if (choice && choice->mode == ir::ToolChoice::Mode::none) return false;
    const bool forced = choice && (choice->mode == ir::ToolChoice::Mode::required ||
                                   choice->mode == ir::ToolChoice::Mode::tool || choice->allowed_required);
    if (forced) return true;
    switch (order_.behaviour.tools) {
      case ToolMode::off: return false;
      case ToolMode::always: return true;
      case ToolMode::automatic:
      case ToolMode::split: return !view_of(request).result_last;
    }
    return false;
  }

  std::vector<ScriptedCall> wanted_calls() {
    if (order_.turn) return order_.turn->calls;
    std::vector<ScriptedCall> calls;
    if (!may_call()) return calls;
    const auto& request = order_.request;
    const bool alone = request.parallel_tool_calls == false;
    const auto count = alone ? 1 : order_.behaviour.tool_calls;
    const auto& choice = request.tool_choice;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto* tool = &request.tools[static_cast<std::size_t>(i) % request.tools.size()];
      if (choice && choice->mode == ir::ToolChoice::Mode::tool) {
        const auto named = std::ranges::find(request.tools, choice->name, &ir::Tool::name);
        if (named != request.tools.end()) tool = &*named;
      }
      calls.push_back({tool->name, sample_json(tool->schema, dice_.content)});
    }
    return calls;
  }

  Unit& unit(Channel channel, std::int64_t tokens) {
    auto& made = content_.units.emplace_back();
    made.channel = channel;
    made.tokens = tokens;
    content_.tokens += tokens;
    if (channel == Channel::reasoning) content_.reasoning_tokens += tokens;
    return made;
  }

  ir::BlockOpen open(ir::BlockKind kind) {
    ir::BlockOpen block;
    block.choice = choice_;
    block.index = next_block_++;
    block.kind = kind;
    return block;
  }

  void add_block(const ir::BlockOpen& block, Channel channel, ir::DeltaKind kind, const Tokens& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      auto& events = unit(channel, 1).events;
      if (i == 0) events.emplace_back(block);
      events.emplace_back(ir::Delta{choice_, block.index, kind, tokens[i]});
    }
  }

  void close(int index) { content_.units.back().events.emplace_back(ir::BlockClose{choice_, index}); }

  void add_reasoning(const Tokens& thoughts) {
    auto block = open(ir::BlockKind::reasoning);
    const bool messages = order_.tool_id_prefix == "toolu_";
    if (messages) block.origin = "anthropic";
    add_block(block, Channel::reasoning, ir::DeltaKind::reasoning, thoughts);
    // Messages closes reasoning with a signature, which clients must send back.
    if (messages) {
      content_.units.back().events.emplace_back(
          ir::Delta{choice_, block.index, ir::DeltaKind::signature, dice_.content.make("sim", 61)});
    }
    close(block.index);
  }

  void add_text(const Tokens& text) {
    const auto block = open(ir::BlockKind::text);
    add_block(block, Channel::text, ir::DeltaKind::text, text);
    close(block.index);
  }

  void add_calls(const std::vector<ScriptedCall>& calls) {
    constexpr std::size_t usual_piece = 6;
    const std::size_t size = order_.behaviour.tools == ToolMode::split ? 1 : usual_piece;
    std::vector<std::vector<Unit>> streams;
    for (const auto& call : calls) {
      auto block = open(ir::BlockKind::tool_call);
      block.id = dice_.timing.make(order_.tool_id_prefix, 24);
      block.name = call.name;
      const auto first = content_.units.size();
      auto pieces = pieces_of(call.args, size);
      if (pieces.empty()) pieces.emplace_back("{}");
      add_block(block, Channel::tool, ir::DeltaKind::args, pieces);
      if (!order_.behaviour.interleave) {
        close(block.index);
        continue;
      }
      streams.emplace_back(std::make_move_iterator(content_.units.begin() + static_cast<std::ptrdiff_t>(first)),
                           std::make_move_iterator(content_.units.end()));
      content_.units.resize(first);
    }
    weave(std::move(streams), calls.size());
  }

  /// One piece of each call in turn; all close at the end, as engines that decode calls side by side do.
  void weave(std::vector<std::vector<Unit>> streams, std::size_t calls) {
    for (std::size_t i = 0; !streams.empty(); ++i) {
      bool any = false;
      for (auto& stream : streams) {
        if (i >= stream.size()) continue;
        content_.units.push_back(std::move(stream[i]));
        any = true;
      }
      if (!any) break;
    }
    if (streams.empty()) return;
    for (std::size_t i = 0; i < calls; ++i) close(next_block_ - static_cast<int>(calls) + static_cast<int>(i));
  }

  void finish(bool calls) {
    content_.finish.choice = choice_;
    content_.finish.reason = calls ? ir::FinishReason::tool_calls : ir::FinishReason::stop;
    if (!order_.turn) return;
    if (order_.turn->finish != ir::FinishReason::none) content_.finish.reason = order_.turn->finish;
    content_.finish.stop_sequence = order_.turn->stop_sequence;
  }

  /// The client's limit counts reasoning and calls too; what is open stays open, like an engine that was stopped.
  void truncate() {
    const auto& limit = order_.request.max_output;
    if (!limit || content_.tokens <= *limit) return;
    std::int64_t kept = 0;
    content_.reasoning_tokens = 0;
    std::size_t units = 0;
    for (; units < content_.units.size() && kept + content_.units[units].tokens <= *limit; ++units) {
      kept += content_.units[units].tokens;
      if (content_.units[units].channel == Channel::reasoning)
        content_.reasoning_tokens += content_.units[units].tokens;
    }
    content_.units.resize(units);
    content_.tokens = kept;
    content_.finish.reason = ir::FinishReason::length;
  }

  const Order& order_;
  int choice_;
  Dice dice_;
  int next_block_ = 0;
  Content content_;
};

}  // namespace contents

Content make_content(const Order& order, int choice, Dice dice) {
  return contents::Builder(order, choice, dice).build();
}

}  // namespace llmgw::sim
