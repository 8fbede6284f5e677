#pragma once

#include <functional>
#include <memory>

#include "core/net/event.h"

namespace llmgw::net {

/// Calls a function when a deadline passes. Moving the deadline further away, as every read of a connection does,
/// costs no timer operation: the timer looks at the deadline when it fires and sleeps on.
class Watchdog {
 public:
  /// `on_expiry` typically cancels the pending operations of a socket; it is not called after destruction.
  Watchdog(boost::asio::io_context& io, std::function<void()> on_expiry);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Sets the deadline and forgets an earlier expiry; `never` switches it off.
  void watch_until(SteadyTime deadline);
  /// The deadline has passed since it was last set.
  [[nodiscard]] bool expired() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace llmgw::net
