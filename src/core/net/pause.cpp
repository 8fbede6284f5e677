#include "core/net/pause.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/net/errors.h"

namespace llmgw::net {

Task<Result<>> pause(std::chrono::nanoseconds time) {
  // A cancellation that met no pending wait has to be asked for: a wait that begins after it never hears of it.
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) co_return cancelled();
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, time);
  auto [error] = co_await timer.async_wait(use_result);
  if (error) co_return cancelled();
  co_return Result<>{};
}

}  // namespace llmgw::net
