#include "core/net/event.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

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
  const bool cancelled_before = co_await is_cancelled();
  if (cancelled_before) co_return Wake::cancelled;
  timer_.expires_at(deadline);
  const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
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

Task<> yield_now(asio::io_context& io) { co_await asio::post(io, asio::use_awaitable); }

}  // namespace llmgw::net
