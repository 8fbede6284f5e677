#pragma once

#include <functional>
#include <memory>

#include "core/net/event.h"

namespace llmgw::net {

/// Calls a function when a deadline passes. Moving the deadline further away, as every read of a connection does,
/// costs no timer operation: the timer looks at the deadline when it fires and sleeps on. Nor does it leave the memory
/// of the owner, which has just been read: the timer's own stays untouched.
class Watchdog {
 public:
  /// `on_expiry` typically cancels the pending operations of a socket; it is not called after destruction.
  Watchdog(boost::asio::io_context& io, std::function<void()> on_expiry);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Sets the deadline and forgets an earlier expiry; `never` switches it off.
  void watch_until(SteadyTime deadline) {
    expired_ = false;
    deadline_ = deadline;
    if (deadline < armed_) arm();
  }
  /// The deadline has passed since it was last set.
  [[nodiscard]] bool expired() const { return expired_; }

 private:
  struct Timer;
  void arm();
  void fire();

  SteadyTime deadline_ = never;
  SteadyTime armed_ = never;  ///< when the timer fires; `never` while it is off
  bool expired_ = false;
  std::shared_ptr<Timer> timer_;  ///< outlives the watchdog while it is armed
};

}  // namespace llmgw::net
