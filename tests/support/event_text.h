#pragma once

#include <string>

#include "core/ir/event.h"

namespace llmgw::fixtures {

/// Events as one short line for comparisons: `start(id,model) +0text "Hi" 0"Hi" -0 finish(stop) end`. Blocks of other
/// choices than the first carry `c1:` in front.
std::string line_of(const ir::Events& events);

/// What the books need of them, in a fixed order: finishes, the last usage, a fault, the end.
std::string books_of(const ir::Events& events);

}  // namespace llmgw::fixtures
