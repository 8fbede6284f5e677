#include "cli/commands/health/checking.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

namespace llmgw::cli::health_command {
namespace checking {

using net::milliseconds;

constexpr milliseconds between_runs{2'000};
constexpr std::int64_t ns_per_ms = 1'000'000;

bool reached(const Course& course, health::State state) {
  if (*course.goal != health::State::ok) return state == *course.goal;
  return state == health::State::ok || (state == health::State::idle && !course.up);
}

/// One target for each address of its name. Where the name has none, the target stays: its check tells of that.
net::Task<> split_addresses(net::ClientRoom& room, std::vector<health::Target>& targets) {
  std::vector<health::Target> all;
  for (auto& target : targets) {
    Result<std::vector<std::string>> found;
    if (target.endpoint.unix_path.empty()) {
      found = co_await room.addresses(target.endpoint.host);
    }
    if (!found || found->empty()) {
      all.push_back(std::move(target));
      continue;
    }
    for (const auto& address : *found) {
      auto& one = all.emplace_back(target);
      one.endpoint.address = address;
      one.name = fmt::format("{} [{}]", target.name, address);
    }
  }
  targets = std::move(all);
}

void compare(Job& job) {
  if (!job.baseline) return;
  bool any = false;
  for (auto& target : job.report.targets) any = job.baseline->compare(target) || any;
  job.unmatched_baseline = !any;
}

/// A limit on cost is one on all runs together.
void keep_below_limit(Job& job) {
  auto& limit = job.options.expectations.cost_limit_usd;
  double most = 0;
  for (const auto& target : job.report.targets) most = std::max(most, target.spent.usd_at_most.value_or(0));
  if (limit) *limit = std::max(*limit - most, 0.0);
}

net::Task<> run_once(net::ClientRoom& room, Job& job, std::int64_t end_ns) {
  health::RunOptions options = job.options;
  options.total = std::min(options.total, milliseconds((end_ns - job.clock.now_ns()) / ns_per_ms));
  const health::Service service{room, job.clock, job.local_gpus};
  job.report.targets = co_await health::run(service, job.targets, options);
  job.report.unix_s = job.clock.unix_s();
  keep_below_limit(job);
  compare(job);
  for (std::size_t i = 0; i < job.targets.size(); ++i) {
    if (job.report.targets[i].scrape) job.targets[i].earlier = job.report.targets[i].scrape;
  }
  std::ranges::copy(job.unasked, std::back_inserter(job.report.targets));
  if (job.after_each) job.after_each(job.report);
}

}  // namespace checking

net::Task<> run_checks(net::ClientRoom& room, Job& job) {
  using namespace checking;
  const auto& course = job.course;
  const auto begin_ns = job.clock.now_ns();
  const auto end_ns =
      course.total ? begin_ns + course.total->count() * ns_per_ms : std::numeric_limits<std::int64_t>::max();
  if (job.each_address) co_await split_addresses(room, job.targets);
  // What is remembered is so of each address by itself.
  if (job.recall) std::ranges::for_each(job.targets, job.recall);
  const auto pause = course.every.value_or(between_runs);
  for (std::int64_t held = 0;;) {
    co_await run_once(room, job, end_ns);
    if (course.goal) held = reached(course, job.report.state()) ? held + 1 : 0;
    const bool done = course.goal ? held >= course.confirm : !course.every;
    if (done) co_return;
    job.missed = course.goal.has_value();
    if (end_ns - job.clock.now_ns() <= pause.count() * ns_per_ms) co_return;
    const bool goes_on = co_await room.pause(pause);
    if (!goes_on) co_return;
    job.missed = false;
  }
}

}  // namespace llmgw::cli::health_command
