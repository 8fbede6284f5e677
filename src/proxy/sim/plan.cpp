#include "proxy/sim/plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/tokens/estimate.h"
#include "proxy/sim/content.h"

namespace llmgw::sim {
namespace planning {

constexpr std::int64_t created = 1'763'600'000;  // fixed: equal requests get equal bytes

nanoseconds scaled(double value, double scale) { return nanoseconds(std::llround(value * scale)); }

/// The moments of the tokens: each follows from the arrival, none from when the one before was really sent.
class Timeline {
 public:
  Timeline(const Order& order, IdSource& random, std::int64_t prompt_tokens) : order_(order), random_(random) {
    const auto& behaviour = order.behaviour;
    const double prefill = static_cast<double>(behaviour.prefill.count()) * static_cast<double>(prompt_tokens);
    moments_.push_back(scaled(behaviour.ttft.draw(random) + prefill, order.time_scale));
  }
  nanoseconds of(std::size_t token) {
    while (moments_.size() <= token)
      moments_.push_back(moments_.back() + scaled(order_.behaviour.itl.draw(random_), order_.time_scale));
    return moments_[token];
  }

 private:
  const Order& order_;
  IdSource& random_;
  std::vector<nanoseconds> moments_;
};

/// Puts the pieces of one choice at their moments, `chunk_tokens` at a time.
void place(const Content& content, Timeline& timeline, std::int64_t chunk_tokens, std::vector<Step>& steps) {
  std::int64_t token = 0;
  Step step;
  for (const auto& unit : content.units) {
    // A step holds one channel, or its truth would be ambiguous.
    if (step.tokens > 0 && (step.tokens >= chunk_tokens || step.channel != unit.channel))
      steps.push_back(std::exchange(step, {}));
    token += unit.tokens;
    step.at = timeline.of(static_cast<std::size_t>(std::max<std::int64_t>(token - 1, 0)));
    step.tokens += unit.tokens;
    step.channel = unit.channel;
    step.events.insert(step.events.end(), unit.events.begin(), unit.events.end());
  }
  if (!step.events.empty()) steps.push_back(std::move(step));
}

/// Joins neighbouring deltas of one block: a chunk of several tokens is one event on the wire.
void join_deltas(Step& step) {
  ir::Events joined;
  for (auto& event : step.events) {
    auto* delta = std::get_if<ir::Delta>(&event);
    auto* last = joined.empty() ? nullptr : std::get_if<ir::Delta>(&joined.back());
    const bool same = delta != nullptr && last != nullptr && delta->choice == last->choice &&
                      delta->index == last->index && delta->kind == last->kind;
    if (same) {
      last->text += delta->text;
    } else {
      joined.push_back(std::move(event));
    }
  }
  step.events = std::move(joined);
}

}  // namespace planning

std::string_view channel_name(Channel channel) {
  static constexpr std::array<std::string_view, 5> names{"start", "reasoning", "text", "tool", "end"};
  return names[static_cast<std::size_t>(channel)];
}

ir::Usage Plan::usage() const {
  ir::Usage usage;
  usage.input_total = prompt_tokens;
  usage.output_total = output_tokens;
  usage.output_reasoning = reasoning_tokens;
  return usage;
}

Plan make_plan(const Order& order, Dice dice) {
  Plan plan;
  plan.prompt_tokens = tokens::estimate_input(order.request);
  planning::Timeline timeline(order, dice.timing, plan.prompt_tokens);
  plan.first_token = timeline.of(0);
  ir::Events ending;
  std::vector<Step> steps;
  const auto choices = std::clamp<std::int64_t>(order.request.n.value_or(1), 1, 128);
  for (std::int64_t choice = 0; choice < choices; ++choice) {
    const auto content = make_content(order, static_cast<int>(choice), dice);
    planning::place(content, timeline, order.behaviour.chunk_tokens, steps);
    plan.output_tokens += content.tokens;
    plan.reasoning_tokens += content.reasoning_tokens;
    if (choice == 0) plan.finish = content.finish.reason;
    ending.emplace_back(content.finish);
  }
  std::ranges::stable_sort(steps, {}, &Step::at);
  for (auto& step : steps) planning::join_deltas(step);

  Step start{.at = order.behaviour.role == RoleChunk::early ? nanoseconds(0) : plan.first_token,
             .events = {},
             .tokens = 0,
             .channel = Channel::start};
  start.events.emplace_back(ir::Start{"", order.request.model, planning::created});
  plan.last_token = steps.empty() ? plan.first_token : steps.back().at;
  ending.emplace_back(plan.usage());
  ending.emplace_back(ir::End{true});
  plan.steps.push_back(std::move(start));
  std::ranges::move(steps, std::back_inserter(plan.steps));
  plan.steps.push_back({plan.last_token, std::move(ending), 0, Channel::end});
  return plan;
}

}  // namespace llmgw::sim
