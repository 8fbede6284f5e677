#include "core/net/watchdog.h"

namespace llmgw::net {

struct Watchdog::Timer {
  Timer(boost::asio::io_context& io, std::function<void()> action, Watchdog& whose)
      : timer(io), on_expiry(std::move(action)), owner(&whose) {}

  boost::asio::steady_timer timer;
  std::function<void()> on_expiry;
  Watchdog* owner;  ///< null once it is gone
};

Watchdog::Watchdog(boost::asio::io_context& io, std::function<void()> on_expiry)
    : timer_(std::make_shared<Timer>(io, std::move(on_expiry), *this)) {}

Watchdog::~Watchdog() {
  timer_->owner = nullptr;
  timer_->timer.cancel();
}

void Watchdog::arm() {
  armed_ = deadline_;
  timer_->timer.expires_at(armed_);
  timer_->timer.async_wait([kept = timer_](const boost::system::error_code& error) {
    if (!error && kept->owner != nullptr) kept->owner->fire();
  });
}

void Watchdog::fire() {
  armed_ = never;
  if (deadline_ == never) return;
  if (std::chrono::steady_clock::now() < deadline_) return arm();
  deadline_ = never;
  expired_ = true;
  timer_->on_expiry();
}

}  // namespace llmgw::net
