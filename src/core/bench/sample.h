#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bench/failure_class.h"

namespace llmgw::bench {

/// A moment in nanoseconds of the monotonic clock.
using Moment = std::int64_t;

/// Everything that was noted of one request. A mark that was not reached is empty, never zero.
struct Sample {
  std::int64_t index = 0;
  Moment sched = 0;                     ///< when the plan wanted it to start
  Moment started = 0;                   ///< when work on it began: the connection is looked for
  std::optional<Moment> sent;           ///< just before the request's last byte left; known with the head
  std::optional<Moment> headers;        ///< the head of the answer is there
  std::optional<Moment> first_event;    ///< the first event of the stream, whatever it says
  std::optional<Moment> first_content;  ///< the first token-bearing event that is no reasoning
  std::vector<Moment> tokens;           ///< every token-bearing event, in order
  std::optional<Moment> done;           ///< the end mark of the stream, or the end of the body
  std::optional<Moment> closed;         ///< when the request was over, however it ended

  std::optional<std::int64_t> input_tokens;   ///< as the server counted
  std::optional<std::int64_t> output_tokens;  ///< as the server counted
  int status = 0;                             ///< of the answer, 0 when none came
  FailureClass failure = FailureClass::none;
  std::string message;  ///< what the failure said

  [[nodiscard]] bool ok() const { return failure == FailureClass::none; }
};

}  // namespace llmgw::bench
