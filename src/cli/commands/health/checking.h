#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/health/baseline.h"
#include "core/health/runner.h"

namespace llmgw::cli::health_command {

/// Once, or again and again.
struct Course {
  std::optional<health::State> goal;       ///< ends the run once it is reached
  bool up = false;                         ///< a server that is scaled to zero has not reached `ok`
  std::int64_t confirm = 1;                ///< runs, one after the other, that must show a state
  std::optional<net::milliseconds> every;  ///< of `--watch`: time between two runs
  std::optional<net::milliseconds> total;  ///< limit on all runs together; nullopt: none
};

/// What checking needs and leaves behind.
struct Job {
  const Clock& clock;
  std::vector<health::Target> targets;
  std::vector<health::TargetReport> unasked;  ///< what cannot be asked; each run reports it behind the targets
  health::RunOptions options;                 ///< `total` is the limit on each run
  Course course;
  bool each_address = false;                               ///< each address of a target's name is a target
  std::function<Result<gpu::Snapshot>()> local_gpus = {};  ///< reads the GPUs of this machine
  std::optional<health::Baseline> baseline = {};
  std::function<void(health::Target&)> recall = {};            ///< fills in what an earlier run left
  std::function<void(const health::Report&)> after_each = {};  ///< hears of every run
  health::Report report = {};                                  ///< of the last run
  bool missed = false;                                         ///< the goal was not reached in time
  bool unmatched_baseline = false;                             ///< the baseline holds none of the targets
};

/// Runs the checks until the course ends. Each run hands its scrapes to the next one.
net::Task<> run_checks(net::ClientRoom& room, Job& job);

}  // namespace llmgw::cli::health_command
