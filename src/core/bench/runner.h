#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "core/bench/exchange.h"
#include "core/bench/plan.h"
#include "core/bench/sample.h"

namespace llmgw::bench {

/// A run to do.
struct Job {
  Service service;
  /// Builds the request with this number (negative ones are the warm-up's). Called ahead of the time it is due.
  std::function<net::HttpRequest(std::int64_t index)> request;
  Load load;
  std::int64_t warmup = 0;            ///< requests before the measured ones, which nothing counts
  std::chrono::nanoseconds grace{0};  ///< how long requests in flight may go on after the time is over
};

/// What a run has brought so far. It grows while the run goes on; samples stay where they are.
struct Recording {
  std::deque<Sample> samples;    ///< of the measured part, in the order of starting
  std::vector<Moment> loop_lag;  ///< how late the loop woke up, in nanoseconds, sampled ten times a second
  std::int64_t warmed_up = 0;    ///< warm-up requests that ended
  std::int64_t dropped = 0;      ///< arrivals that found too many in flight
  std::int64_t in_flight = 0;    ///< right now
  std::int64_t most_in_flight = 0;
  std::int64_t finished = 0;
  std::int64_t failed = 0;   ///< of the finished, without those cancelled at the end
  Moment begin = 0;          ///< of the measured window, 0 during the warm-up
  Moment end = 0;            ///< of the measured window, 0 while it is open
  bool interrupted = false;  ///< a signal ended the run early
};

/// Does the run. A cancellation ends it early: what was in flight is marked, what was measured stays.
net::Task<> run(Job& job, Recording& recording);

}  // namespace llmgw::bench
