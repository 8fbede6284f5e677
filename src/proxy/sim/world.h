#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "proxy/sim/behaviour.h"
#include "proxy/sim/scenario.h"
#include "proxy/sim/sim_options.h"
#include "proxy/sim/tally.h"
#include "proxy/sim/truth.h"

namespace llmgw::sim {

/// What all threads of a simulator share: the options, read and checked, and the counters.
struct World {
  SimOptions options;
  Behaviour usual;                ///< of an answer that nothing else is said of
  std::vector<FaultRule> faults;  ///< the options' and the scenario's; each is drawn for each request
  Scenario scenario;
  Secret key;
  std::unique_ptr<TruthFile> truth;  ///< null: none
  Tally tally;
};

/// Reads and checks the options and the scenario file. Errors: `usage`, for the scenario `config`.
Result<std::unique_ptr<World>> make_world(const SimOptions& options);

}  // namespace llmgw::sim
