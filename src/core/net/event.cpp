#include "core/net/event.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace llmgw::net {

namespace asio = boost::asio;

SteadyTime deadline_in(std::chrono::milliseconds limit) {
  return limit.count() <= 0 ? never : std::chrono::steady_clock::now() + limit;
}

void Event::set() {
  is_set_ = true;
  timer_.cancel();
}

Task<Wake> Event::wait(SteadyTime deadline) {
  if (is_set_) {
    is_set_ = false;
    co_return Wake::set;
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return Wake::cancelled;
  timer_.expires_at(deadline);
  const auto [error] = co_await timer_.async_wait(use_result);
  if (is_set_) {
    is_set_ = false;
    co_return Wake::set;
  }
  co_return error ? Wake::cancelled : Wake::expired;
}

Task<bool> is_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

Task<> yield_now(asio::io_context& io) { co_await asio::post(io, use_task); }

}  // namespace llmgw::net
