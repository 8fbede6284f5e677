#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ir/event.h"
#include "core/ir/request.h"
#include "proxy/sim/behaviour.h"
#include "proxy/sim/scenario.h"

namespace llmgw::sim {

/// What a step carries, as the truth file names it.
enum class Channel { start, reasoning, text, tool, end };
std::string_view channel_name(Channel channel);

/// Events that leave together, at a moment fixed when the request arrived: a late step delays no later one.
struct Step {
  nanoseconds at{0};  ///< after the arrival
  ir::Events events;
  std::int64_t tokens = 0;  ///< of this step
  Channel channel = Channel::start;
};

/// One answer, worked out before its first byte.
struct Plan {
  std::vector<Step> steps;  ///< in the order of time
  std::int64_t prompt_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  ir::FinishReason finish = ir::FinishReason::stop;  ///< of the first choice
  nanoseconds first_token{0};
  nanoseconds last_token{0};

  [[nodiscard]] ir::Usage usage() const;
};

/// Where an answer's randomness comes from: `content` is the same for equal requests, `timing` differs between
/// repetitions of one.
struct Dice {
  IdSource& content;
  IdSource& timing;
};

/// What an answer is made from.
struct Order {
  const ir::Request& request;
  const Behaviour& behaviour;
  const std::optional<Turn>& turn;
  std::string_view tool_id_prefix;  ///< "call_" or "toolu_"
  double time_scale = 1;
};

/// Works an answer out: texts or a scripted turn, cut at the client's token limit, with its moments.
Plan make_plan(const Order& order, Dice dice);

}  // namespace llmgw::sim
