#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/base/clock.h"
#include "core/health/report.h"
#include "core/health/target.h"
#include "core/net/foreground.h"

namespace llmgw::health {

/// How a run goes about it.
struct RunOptions {
  Expectations expectations;
  Selection selection;
  net::milliseconds timeout{10'000};       ///< on each question
  net::milliseconds deep_timeout{60'000};  ///< on each that a model has to answer
  net::milliseconds total{30'000};         ///< on the whole run
  std::int64_t retries = 1;                ///< after a failed connection or 500, 502, 504
  net::milliseconds sample{1'000};         ///< between two scrapes where no run before left one; 0: one scrape
  std::size_t parallel = 64;               ///< targets at a time
  bool insecure_http = false;              ///< send keys over plain http to other machines
  bool try_without_key = true;             ///< ask for the list of models without the key too
};

/// What a run works with; both outlive it.
struct Service {
  net::ClientRoom& room;
  const Clock& clock;
  /// Reads the GPUs of this machine, for targets on it; called once in a run. May be empty.
  std::function<Result<gpu::Snapshot>()> local_gpus = {};
};

/// Asks all targets side by side and judges the answers. Up to level 2 nothing is changed and nothing is spent: only
/// GET requests, and no model is loaded by them. Above, models are asked one question at a time, as far as the
/// expectations allow it. A target that does not answer is a finding, never an error. The targets' order stays.
net::Task<std::vector<TargetReport>> run(Service service, const std::vector<Target>& targets,
                                         const RunOptions& options);

}  // namespace llmgw::health
