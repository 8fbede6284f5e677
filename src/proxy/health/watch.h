#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/net/event.h"
#include "core/net/task_group.h"
#include "proxy/health/backend.h"

namespace llmgw::proxy {

/// Asks the servers behind the gateway how they are, in the background and with questions that cost nothing, and tells
/// whoever needs to know. Everything happens on one thread; requests never wait for it.
class Watch {
 public:
  /// Receives the new state of things; called on the watch's thread.
  using Tell = std::function<void(std::shared_ptr<const health::Overview>)>;
  /// How long the first answers are waited for before anything is told.
  static constexpr std::chrono::milliseconds longest_start{2'000};

  /// `room`, `clock` and `io` outlive it; `clock` is monotonic time for what is due, `io` the loop of `run`.
  Watch(boost::asio::io_context& io, net::ClientRoom& room, const Clock& clock, Tell tell);

  /// The servers of this configuration from now on; what is known of those that stay is kept.
  void follow(const Snapshot& snapshot);
  /// Works until `stop`.
  net::Task<> run();
  /// Ends `run`: questions under way are given up.
  void stop();
  /// Waits until `run` has ended; once.
  net::Task<> ended();

  /// A request to the upstream of that label has failed.
  void suspect(std::string_view label);
  /// Somebody looks at how things are.
  void look();

  /// What was last told; null before anything was.
  [[nodiscard]] const std::shared_ptr<const health::Overview>& overview() const { return overview_; }
  [[nodiscard]] const std::vector<std::shared_ptr<Backend>>& backends() const { return backends_; }

 private:
  net::Task<health::TargetReport> question(const Backend& backend);
  net::Task<> ask(std::shared_ptr<Backend> backend);
  void ask_due(net::TaskGroup& group);
  void tell();
  [[nodiscard]] bool started() const;
  [[nodiscard]] net::SteadyTime next() const;

  net::ClientRoom& room_;
  const Clock& clock_;
  Tell tell_;
  net::Event changed_;  ///< something is due earlier, or has been answered
  net::Event ended_;
  std::vector<std::shared_ptr<Backend>> backends_;
  bool asks_ = true;  ///< `[health] background`
  bool running_ = false;
  bool closing_ = false;
  bool news_ = false;  ///< something has changed since it was told
  std::shared_ptr<const health::Overview> overview_;
  std::int64_t start_ns_;
};

}  // namespace llmgw::proxy
