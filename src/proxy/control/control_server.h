#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/net/task.h"
#include "core/status/status.h"

namespace llmgw::proxy {

/// The control socket of a running gateway: a unix socket of mode 0600 that answers `GET /llmgw/status`, and nothing
/// else. Everything happens on the thread of `io`.
class ControlServer {
 public:
  using Source = std::function<status::ServeStatus()>;

  /// Makes the socket and its folder. `network` error when somebody serves there already or the path is too long;
  /// `config` error when the folder cannot be made. `io` and what `source` uses must outlive it.
  static Result<std::unique_ptr<ControlServer>> open(boost::asio::io_context& io, const std::string& path,
                                                     Source source);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  [[nodiscard]] const std::string& path() const;
  /// Ends all connections and removes the socket; await it before `io` is destroyed.
  net::Task<> close();

 private:
  struct State;
  explicit ControlServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace llmgw::proxy
