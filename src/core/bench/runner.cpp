#include "core/bench/runner.h"

#include <algorithm>

#include "core/net/event.h"
#include "core/net/pause.h"
#include "core/net/task_group.h"

namespace llmgw::bench {
namespace running {

/// One phase in progress: the warm-up or the measured part.
struct Phase {
  Job& job;
  Recording& recording;
  std::deque<Sample>& samples;
  Schedule schedule;
  bool measured = true;
};

Sample& add_sample(Phase& phase, const Arrival& arrival) {
  auto& sample = phase.samples.emplace_back();
  sample.index = arrival.index;
  sample.sched = arrival.at;
  return sample;
}

void count_end(Phase& phase, const Sample& sample) {
  auto& recording = phase.recording;
  --recording.in_flight;
  if (!phase.measured) {
    ++recording.warmed_up;
    return;
  }
  if (sample.failure == FailureClass::cancelled_at_end) return;
  ++recording.finished;
  if (!sample.ok()) ++recording.failed;
}

net::Task<> exchange(Phase& phase, net::HttpRequest request, Sample& sample) {
  auto& recording = phase.recording;
  ++recording.in_flight;
  recording.most_in_flight = std::max(recording.most_in_flight, recording.in_flight);
  co_await measure(phase.job.service, std::move(request), sample);
  count_end(phase, sample);
}

std::int64_t number_of(const Phase& phase, std::int64_t index) { return phase.measured ? index : -1 - index; }

/// Keeps one request in flight until the schedule is over.
net::Task<> keep_one(Phase& phase) {
  const auto& clock = phase.job.service.clock;
  for (;;) {
    const bool gone = co_await net::is_cancelled();
    if (gone) co_return;
    const auto arrival = phase.schedule.next(clock.now_ns(), phase.recording.in_flight);
    if (arrival.kind != Arrival::Kind::go) co_return;
    auto& sample = add_sample(phase, arrival);
    auto request = phase.job.request(number_of(phase, arrival.index));
    co_await exchange(phase, std::move(request), sample);
  }
}

void start_closed(Phase& phase, net::TaskGroup& group) {
  for (std::int64_t i = 0; i < phase.job.load.concurrency; ++i) group.start(keep_one(phase));
}

/// Starts requests at their times until the schedule is over or the run is cancelled.
net::Task<> keep_pace(Phase& phase, net::TaskGroup& group) {
  const auto& clock = phase.job.service.clock;
  auto request = phase.job.request(number_of(phase, 0));
  for (;;) {
    const auto arrival = phase.schedule.next(clock.now_ns(), static_cast<std::int64_t>(group.running()));
    if (arrival.kind == Arrival::Kind::over) co_return;
    if (arrival.kind == Arrival::Kind::wait) {
      const bool gone = co_await net::is_cancelled();
      if (gone) co_return;
      const auto waited = co_await net::pause(std::chrono::nanoseconds(arrival.at - clock.now_ns()));
      if (!waited) co_return;
    }
    if (arrival.kind == Arrival::Kind::go) {
      group.start(exchange(phase, std::move(request), add_sample(phase, arrival)));
      request = phase.job.request(number_of(phase, arrival.index + 1));
    }
  }
}

/// Measures how late this thread wakes up: what delays a timer delays every stamp as much.
net::Task<> watch_lag(const Clock& clock, std::vector<Moment>& lags) {
  constexpr std::chrono::milliseconds every{100};
  for (;;) {
    const auto due = clock.now_ns() + std::chrono::nanoseconds(every).count();
    const auto waited = co_await net::pause(every);
    if (!waited) co_return;
    lags.push_back(clock.now_ns() - due);
  }
}

net::SteadyTime steady(Moment moment) { return net::SteadyTime(std::chrono::nanoseconds(moment)); }

/// Lets the requests in flight end; those that are still there when the grace is over are cancelled. False: a signal
/// came.
net::Task<bool> wind_up(Phase& phase, net::TaskGroup& group) {
  const auto end = phase.schedule.end();
  const auto deadline = end ? steady(*end + phase.job.grace.count()) : net::never;
  const auto wake = co_await group.join(deadline);
  if (wake == net::Wake::set) co_return true;
  group.cancel();
  co_await group.join();
  co_return wake == net::Wake::expired;
}

net::Task<bool> play(Phase& phase, net::TaskGroup& group) {
  if (phase.job.load.kind == Load::Kind::closed) {
    start_closed(phase, group);
  } else {
    co_await keep_pace(phase, group);
  }
  co_return co_await wind_up(phase, group);
}

/// The window closes with the time, or with the last answer where that comes first.
Moment window_end(const Phase& phase, Moment now) {
  const auto end = phase.schedule.end();
  return end ? std::min(*end, now) : now;
}

net::Task<bool> warm_up(Job& job, Recording& recording, net::TaskGroup& group) {
  constexpr std::int64_t at_once = 8;
  if (job.warmup == 0) co_return true;
  Job warm = job;
  const bool closed = job.load.kind == Load::Kind::closed;
  warm.load = Load();
  warm.load.concurrency = std::min(job.warmup, closed ? job.load.concurrency : at_once);
  warm.load.requests = job.warmup;
  std::deque<Sample> forgotten;
  Phase phase{warm, recording, forgotten, Schedule(warm.load, job.service.clock.now_ns()), false};
  co_return co_await play(phase, group);
}

}  // namespace running

net::Task<> run(Job& job, Recording& recording) {
  const auto group = co_await net::TaskGroup::here();
  const bool warm = co_await running::warm_up(job, recording, *group);
  recording.interrupted = !warm;
  if (!warm) co_return;
  const auto& clock = job.service.clock;
  recording.most_in_flight = 0;
  recording.begin = clock.now_ns();
  const auto watch = co_await net::TaskGroup::here();
  watch->start(running::watch_lag(clock, recording.loop_lag));
  running::Phase phase{job, recording, recording.samples, Schedule(job.load, recording.begin), true};
  const bool through = co_await running::play(phase, *group);
  recording.interrupted = !through;
  recording.dropped = phase.schedule.dropped();
  recording.end = running::window_end(phase, clock.now_ns());
  watch->cancel();
  co_await watch->join();
}

}  // namespace llmgw::bench
