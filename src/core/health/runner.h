#pragma once

#include <cstddef>
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
  net::milliseconds timeout{10'000};  ///< on each question
  net::milliseconds total{30'000};    ///< on the whole run
  std::int64_t retries = 1;           ///< after a failed connection or 500, 502, 504
  net::milliseconds sample{1'000};    ///< between the two scrapes where no run before left one; 0: one scrape
  std::size_t parallel = 64;          ///< targets at a time
  bool insecure_http = false;         ///< send keys over plain http to other machines
};

/// What a run works with; both outlive it.
struct Service {
  net::ClientRoom& room;
  const Clock& clock;
};

/// Asks all targets side by side and judges the answers. Nothing is changed and nothing is spent: only GET requests,
/// and no model is loaded by them. A target that does not answer is a finding, never an error. The targets' order
/// stays.
net::Task<std::vector<TargetReport>> run(Service service, const std::vector<Target>& targets,
                                         const RunOptions& options);

}  // namespace llmgw::health
