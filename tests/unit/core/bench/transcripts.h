#pragma once

#include <deque>
#include <initializer_list>

#include "core/bench/runner.h"
#include "core/bench/sample.h"

/// Samples with marks in whole milliseconds, written by hand.
namespace transcripts {

inline constexpr llmgw::bench::Moment ms = 1'000'000;

struct Marks {
  llmgw::bench::Moment sched = 0;
  llmgw::bench::Moment started = 0;
  llmgw::bench::Moment sent = 0;
  std::initializer_list<llmgw::bench::Moment> tokens = {};
  llmgw::bench::Moment done = 0;
};

/// A successful answer.
inline llmgw::bench::Sample answered(const Marks& marks) {
  llmgw::bench::Sample sample;
  sample.sched = marks.sched * ms;
  sample.started = marks.started * ms;
  sample.sent = marks.sent * ms;
  sample.headers = (marks.sent + 1) * ms;
  for (const auto at : marks.tokens) sample.tokens.push_back(at * ms);
  if (!sample.tokens.empty()) {
    sample.first_event = sample.tokens.front();
    sample.first_content = sample.tokens.front();
  }
  sample.done = marks.done * ms;
  sample.closed = sample.done;
  return sample;
}

inline llmgw::bench::Sample failed(llmgw::bench::FailureClass failure, llmgw::bench::Moment at) {
  llmgw::bench::Sample sample;
  sample.sched = sample.started = at * ms;
  sample.closed = (at + 1) * ms;
  sample.failure = failure;
  return sample;
}

/// A recording whose window is 0 to `end` milliseconds.
inline llmgw::bench::Recording recorded(std::deque<llmgw::bench::Sample> samples, llmgw::bench::Moment end) {
  llmgw::bench::Recording recording;
  recording.samples = std::move(samples);
  recording.begin = 0;
  recording.end = end * ms;
  return recording;
}

}  // namespace transcripts
