#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "proxy/app.h"
#include "proxy/sim/sim_options.h"

namespace llmgw::proxy {

/// A simulator that runs on threads of its own: behind `llmgw sim`, behind `serve --sim`, and in tests.
class SimHost {
 public:
  /// Binds, starts the threads and returns once all of them accept. An occupied port is a `network` error.
  static Result<std::unique_ptr<SimHost>> start(const sim::SimOptions& options);
  /// Stops at once: open connections break.
  ~SimHost();
  SimHost(const SimHost&) = delete;
  SimHost& operator=(const SimHost&) = delete;

  /// `http://127.0.0.1:PORT` of each listener.
  [[nodiscard]] const std::vector<std::string>& urls() const;

 private:
  struct State;
  explicit SimHost(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Runs the simulator until SIGINT or SIGTERM ends it. The value is the exit code, 0.
Result<int> run_sim(const sim::SimOptions& options, const ServeOutput& output);

}  // namespace llmgw::proxy
