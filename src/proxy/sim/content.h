#pragma once

#include <vector>

#include "proxy/sim/plan.h"

namespace llmgw::sim {

/// A piece of an answer that counts as `tokens` (0 for what opens and closes a block).
struct Unit {
  ir::Events events;
  std::int64_t tokens = 0;
  Channel channel = Channel::text;
};

/// One choice of an answer before it is timed.
struct Content {
  std::vector<Unit> units;
  std::int64_t tokens = 0;
  std::int64_t reasoning_tokens = 0;
  ir::Finish finish;
};

/// Makes the pieces of one choice.
Content make_content(const Order& order, int choice, Dice dice);

}  // namespace llmgw::sim
