#include "proxy/health/watch.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

namespace llmgw::proxy {
namespace watching {

std::int64_t in_ns(std::chrono::milliseconds time) { return std::chrono::nanoseconds(time).count(); }

bool well(const health::Standing& standing) {
  return standing.state == health::State::ok || standing.state == health::State::warn;
}

/// One that is scaled to zero is not asked more often: a question may wake what is meant to sleep, and that costs.
bool calm(const health::Standing& standing) { return well(standing) || standing.state == health::State::idle; }

/// A server that was well is still of the kind it was: it is not asked what it is every time.
const health::Kind* surely_found(const health::Standing& standing, const health::TargetReport& report) {
  const auto* identity = report.outcome("identity");
  const bool sure = identity != nullptr && identity->finding.state == health::State::ok;
  return sure && well(standing) ? health::find_kind(report.kind) : nullptr;
}

/// What was known of servers that stay.
void carry_over(const std::vector<std::shared_ptr<Backend>>& before, std::vector<std::shared_ptr<Backend>>& now) {
  for (auto& backend : now) {
    const auto same = std::ranges::find_if(before, [&](const auto& one) { return same_server(*one, *backend); });
    if (same == before.end()) continue;
    const auto name = backend->target.name;
    auto labels = std::move(backend->labels);
    auto models = std::move(backend->models);
    const auto due = backend->due;
    backend = *same;
    backend->target.name = backend->standing.name = name;
    backend->labels = std::move(labels);
    backend->models = std::move(models);
    backend->due.pace_of(due);
  }
}

}  // namespace watching

Watch::Watch(boost::asio::io_context& io, net::ClientRoom& room, const Clock& clock, Tell tell)
    : room_(room), clock_(clock), tell_(std::move(tell)), changed_(io), ended_(io), start_ns_(clock.now_ns()) {}

void Watch::follow(const Snapshot& snapshot) {
  auto fresh = find_backends(snapshot);
  watching::carry_over(backends_, fresh);
  backends_ = std::move(fresh);
  asks_ = snapshot.config.health.background;
  news_ = true;
  changed_.set();
}

void Watch::suspect(std::string_view label) {
  for (auto& backend : backends_) {
    if (!backend->has_label(label)) continue;
    // The answers of a question under way may be older than the failure.
    if (backend->asking) backend->suspected = true;
    backend->due.suspect();
  }
  changed_.set();
}

void Watch::look() {
  for (auto& backend : backends_) backend->due.look();
  changed_.set();
}

net::Task<> Watch::run() {
  running_ = true;
  const auto group = co_await net::TaskGroup::here();
  while (!closing_) {
    ask_due(*group);
    if (news_ && started()) tell();
    const auto until = next();
    co_await changed_.wait(until);
  }
  group->cancel();
  try {
    co_await group->join();
  } catch (const std::exception&) {
    // A check that ran out of memory has told nothing; the end does not wait for it.
  }
  running_ = false;
  ended_.set();
}

void Watch::stop() {
  closing_ = true;
  changed_.set();
}

net::Task<> Watch::ended() {
  if (running_) co_await ended_.wait();
}

void Watch::ask_due(net::TaskGroup& group) {
  if (!asks_) return;
  const auto now = clock_.now_ns();
  for (auto& backend : backends_) {
    if (backend->asking || backend->due.at_ns() > now) continue;
    backend->asking = true;
    group.start(ask(backend));
  }
}

net::Task<health::TargetReport> Watch::question(const Backend& backend) {
  const health::Service service{room_, clock_};
  std::vector<health::Target> targets{backend.target};
  if (targets.front().kind == nullptr) targets.front().kind = backend.found;
  const auto options = backend.options;
  auto reports = co_await health::run(service, targets, options);
  co_return std::move(reports.front());
}

net::Task<> Watch::ask(std::shared_ptr<Backend> backend) {
  std::optional<health::TargetReport> report;
  std::string problem;
  try {
    report = co_await question(*backend);
  } catch (const std::exception& thrown) {
    problem = thrown.what();  // no more memory, at the latest: the server is asked again all the same
  }
  backend->asking = false;
  if (closing_) co_return;
  const auto before = std::exchange(backend->standing, {});
  const auto now = clock_.unix_s();
  backend->standing =
      report ? health::standing_of(*report, now, &before) : health::standing_unchecked(problem, now, &before);
  backend->standing.name = backend->target.name;
  backend->found = report ? watching::surely_found(backend->standing, *report) : nullptr;
  backend->due.asked(clock_.now_ns(), watching::calm(backend->standing));
  if (std::exchange(backend->suspected, false)) backend->due.suspect();
  news_ = true;
  changed_.set();
}

bool Watch::started() const {
  if (overview_ || !asks_ || clock_.now_ns() - start_ns_ >= watching::in_ns(longest_start)) return true;
  return std::ranges::all_of(backends_, [](const auto& one) { return one->standing.checked_unix_s != 0; });
}

void Watch::tell() {
  auto overview = std::make_shared<health::Overview>();
  for (const auto& backend : backends_) overview->servers.push_back(backend->standing);
  news_ = false;
  overview_ = std::move(overview);
  tell_(overview_);
}

net::SteadyTime Watch::next() const {
  auto at_ns = std::numeric_limits<std::int64_t>::max();
  if (!overview_) at_ns = start_ns_ + watching::in_ns(longest_start);
  for (const auto& backend : backends_) {
    if (asks_ && !backend->asking) at_ns = std::min(at_ns, backend->due.at_ns());
  }
  if (at_ns == std::numeric_limits<std::int64_t>::max()) return net::never;
  return std::chrono::steady_clock::now() +
         std::chrono::nanoseconds(std::max<std::int64_t>(at_ns - clock_.now_ns(), 0));
}

}  // namespace llmgw::proxy
