#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/bench/sample.h"

namespace llmgw::bench {

/// How requests arrive, and when they stop. With both limits the first one reached ends the run.
struct Load {
  enum class Kind {
    closed,    ///< a fixed number of requests is always in flight: a slow server is asked less often
    constant,  ///< one request every 1/rate seconds, whatever the server does
  };
  Kind kind = Kind::closed;
  std::int64_t concurrency = 1;     ///< closed
  double rate = 0;                  ///< constant: requests per second
  std::int64_t max_inflight = 512;  ///< constant: an arrival that finds so many in flight is dropped and counted
  std::optional<std::int64_t> requests;
  std::optional<std::chrono::nanoseconds> duration;
};

/// What to do now.
struct Arrival {
  enum class Kind {
    go,    ///< start the request that was due at `at`
    drop,  ///< it is due, and too many are in flight
    wait,  ///< nothing is due before `at`
    over,  ///< no further request
  };
  Kind kind = Kind::over;
  Moment at = 0;
  std::int64_t index = 0;  ///< of `go`
};

/// Hands out arrivals. Times are absolute: arrival i is due at start + i/rate, so that lateness never adds up and every
/// late start shows as lag.
class Schedule {
 public:
  Schedule(const Load& load, Moment start);
  /// The next arrival. `go` and `drop` use it up.
  Arrival next(Moment now, std::int64_t in_flight);
  /// Requests handed out so far, without the dropped ones.
  [[nodiscard]] std::int64_t issued() const { return arrivals_ - dropped_; }
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }
  /// When the time is over, if it is limited.
  [[nodiscard]] std::optional<Moment> end() const { return end_; }

 private:
  [[nodiscard]] Moment due() const;
  Load load_;
  Moment start_;
  std::optional<Moment> end_;
  std::int64_t arrivals_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace llmgw::bench
