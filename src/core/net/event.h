#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "core/net/task.h"

namespace llmgw::net {

/// Asio's timers and ours count on this clock.
using SteadyTime = std::chrono::steady_clock::time_point;

/// "No limit" for every deadline in this room.
inline constexpr SteadyTime never = SteadyTime::max();

/// The moment `limit` from now; `never` for zero, which means no limit everywhere in llmgw.
SteadyTime deadline_in(std::chrono::milliseconds limit);

/// How a wait ended.
enum class Wake { set, expired, cancelled };

/// A flag that one coroutine waits for and callbacks on the same thread set. It stays set until a wait takes it.
class Event {
 public:
  explicit Event(boost::asio::io_context& io) : timer_(io) {}
  /// Wakes the waiter, or lets the next wait pass at once.
  void set();
  /// Forgets an earlier `set`.
  void clear() { is_set_ = false; }
  /// Waits until the event is set, the deadline passes or the coroutine is cancelled.
  Task<Wake> wait(SteadyTime deadline = never);

 private:
  // A timer that never fires is Asio's own wake-up: it obeys cancellation, and the io_context owns the waiting frame.
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      timer_;
  bool is_set_ = false;
};

/// True when the running coroutine has been cancelled: operations started from now on would not hear of it.
Task<bool> is_cancelled();

/// Lets other work of this thread run.
Task<> yield_now(boost::asio::io_context& io);

/// From so many exchanges at once on, a write waits until everything that is ready has been read and worked on: the
/// writes of one turn then leave together, and wake the other side once instead of one by one (measured: a fifth more
/// requests a second at 64 connections). With fewer, the wait would only be felt as latency.
inline constexpr std::size_t crowd = 8;

}  // namespace llmgw::net
