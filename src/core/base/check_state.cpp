#include "core/base/check_state.h"

#include <array>
#include <cstddef>

namespace llmgw {

std::string_view state_name(CheckState state) {
  constexpr std::array<std::string_view, 6> names{"skipped", "ok", "idle", "unknown", "warn", "crit"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace llmgw
