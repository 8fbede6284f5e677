#pragma once

#include "core/bench/sample.h"
#include "core/ir/event.h"

namespace llmgw::bench {

/// Fills a sample from an answer's events. Token-bearing are text, reasoning, refusals, and the names and arguments of
/// tools; role-only, empty, ping, finish-only and usage-only events are never tokens.
class Tracker {
 public:
  explicit Tracker(Sample& sample) : sample_(sample) {}
  /// Events of a stream that arrived together. Those of one frame are one event of the wire: call it once per frame.
  void frame(const ir::Events& events, Moment arrived);
  /// The events of an answer that came whole: it has no token times, only an end.
  void whole(const ir::Events& events, Moment arrived);
  /// The end mark of a complete answer came.
  [[nodiscard]] bool complete() const { return complete_; }
  /// The verdict on an answer that was heard to its end.
  void finish();

 private:
  void take(const ir::Event& event, Moment arrived);
  Sample& sample_;
  bool complete_ = false;
  bool any_token_ = false;
};

}  // namespace llmgw::bench
