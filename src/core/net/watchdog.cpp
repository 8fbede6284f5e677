#include "core/net/watchdog.h"

namespace llmgw::net {

struct Watchdog::State : std::enable_shared_from_this<Watchdog::State> {
  State(boost::asio::io_context& io, std::function<void()> action) : timer(io), on_expiry(std::move(action)) {}

  void arm() {
    armed = deadline;
    timer.expires_at(armed);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error) self->fire();
    });
  }

  void fire() {
    armed = never;
    if (deadline == never || !on_expiry) return;
    if (std::chrono::steady_clock::now() < deadline) return arm();
    deadline = never;
    expired = true;
    on_expiry();
  }

  boost::asio::steady_timer timer;
  std::function<void()> on_expiry;
  SteadyTime deadline = never;
  SteadyTime armed = never;  ///< when the timer fires; `never` while it is off
  bool expired = false;
};

Watchdog::Watchdog(boost::asio::io_context& io, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(io, std::move(on_expiry))) {}

Watchdog::~Watchdog() {
  state_->on_expiry = nullptr;
  state_->timer.cancel();
}

void Watchdog::watch_until(SteadyTime deadline) {
  state_->expired = false;
  state_->deadline = deadline;
  if (deadline < state_->armed) state_->arm();
}

bool Watchdog::expired() const { return state_->expired; }

}  // namespace llmgw::net
