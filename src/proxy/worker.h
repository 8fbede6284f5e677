#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/metrics/shard.h"
#include "core/net/client.h"
#include "proxy/endpoints/endpoint.h"
#include "proxy/server/listen.h"
#include "proxy/server/server.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// How gateway and checks reach upstreams.
net::ClientOptions upstream_client_options(const Env& env);

/// What a worker has of its process. Everything outlives it.
struct Surroundings {
  const Env& env;
  const Log& log;
  const Process& process;
  server::BodyBudget* bodies = nullptr;  ///< shared by all workers; null: no bound
};

/// One thread with everything a request needs: event loop, listeners, upstream connections, counters. Workers share
/// nothing but the immutable snapshot and the budget of bodies; what others want of one is posted to its loop.
class Worker {
 public:
  Worker(std::shared_ptr<const Snapshot> snapshot, const Surroundings& around);
  /// Stops.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Starts the thread; it accepts on the sockets once this returns.
  void start(std::vector<server::ListenSocket> sockets);
  /// Hands it a new configuration.
  void replace(std::shared_ptr<const Snapshot> snapshot);
  /// Tells it what the background checks have found.
  void tell(std::shared_ptr<const health::Overview> upstreams);
  /// Calls `answer` on the worker's thread once it gets to it: a worker that hangs does not.
  void ask_alive(std::function<void()> answer);
  /// Stops accepting, lets requests finish for at most `limit`, then ends the thread. Returns at once.
  void drain(std::chrono::milliseconds limit);
  /// Waits for the thread.
  void join();
  /// Ends the thread at once, if it runs; requests under way are cut.
  void stop();

  [[nodiscard]] const metrics::Shard& metrics() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace llmgw::proxy
