#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/health/check.h"

namespace health_check_test {

/// One fault and the only check that it makes fail.
struct Fault {
  std::string_view check;
  llmgw::health::State state;
  std::string_view code;
  std::function<void(llmgw::health::Facts&, llmgw::health::Expectations&)> inject;
  bool gateway = false;  ///< in the gateway's facts instead of the engine's
};

/// All of them, in the order of the checks.
const std::vector<Fault>& faults();

}  // namespace health_check_test

namespace health_deep_test {

/// What a wrong answer leads to in the checks of levels 3 and 4.
struct Told {
  std::string_view check;
  llmgw::health::State state;
  std::string_view code;
  friend bool operator==(const Told&, const Told&) = default;
};

/// One for each answer that deep_test gives, in the order of the checks' levels.
std::vector<Told> told_faults();

}  // namespace health_deep_test
