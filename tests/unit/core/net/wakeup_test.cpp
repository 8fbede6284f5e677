#include "core/net/wakeup.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "support/loop.h"

using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace wakeup_test {

/// Waits so many times and notes how each wait ended.
Task<> wait_often(Wakeup& place, int times, std::vector<Wake>& seen) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  for (int i = 0; i < times; ++i) {
    const Wake how = co_await place.wait(never);
    seen.push_back(how);
  }
}

/// Owns something, and the place itself, while it waits for ever.
Task<> hold(std::shared_ptr<Wakeup> place, std::shared_ptr<int> held) {
  const Wake how = co_await place->wait(never);
  *held = static_cast<int>(how);
}

TEST_CASE("a wakeup continues its coroutine on the stack of the caller", "[net]") {
  boost::asio::io_context io{one_thread};
  Wakeup place(io);
  std::vector<Wake> seen;
  boost::asio::co_spawn(io, wait_often(place, 2, seen), boost::asio::detached);
  place.wake();  // nobody waits yet: nothing is remembered
  io.poll();
  CHECK(seen.empty());
  std::size_t after_first = 0;
  boost::asio::post(io, [&] {
    place.wake();
    after_first = seen.size();
    place.wake();
  });
  io.restart();
  io.poll();
  CHECK(after_first == 1);
  CHECK(seen == std::vector{Wake::set, Wake::set});
}

TEST_CASE("a wakeup ends a wait at its deadline", "[net]") {
  boost::asio::io_context io{one_thread};
  Wakeup place(io);
  CHECK(run(io, place.wait(std::chrono::steady_clock::now() + 5ms)) == Wake::expired);
  // Unlike an event's, a wakeup's call is lost while nobody waits: it comes after the coroutine's first turn.
  boost::asio::post(io, [&] { boost::asio::post(io, [&] { place.wake(); }); });
  CHECK(run(io, place.wait(std::chrono::steady_clock::now() + 1h)) == Wake::set);
}

TEST_CASE("a cancelled wait at a wakeup says so, and so does every later one", "[net]") {
  boost::asio::io_context io{one_thread};
  Wakeup place(io);
  boost::asio::cancellation_signal signal;
  std::vector<Wake> seen;
  bool ended = false;
  boost::asio::co_spawn(io, wait_often(place, 2, seen),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
  boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  run_until(io, [&] { return ended; });
  CHECK(seen == std::vector{Wake::cancelled, Wake::cancelled});
}

TEST_CASE("a cancellation that comes too late does not end the next wait", "[net]") {
  boost::asio::io_context io{one_thread};
  Wakeup place(io);
  boost::asio::cancellation_signal signal;
  std::vector<Wake> seen;
  boost::asio::co_spawn(io, wait_often(place, 1, seen),
                        boost::asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  io.poll();
  boost::asio::post(io, [&] {
    signal.emit(boost::asio::cancellation_type::terminal);
    place.wake();
  });
  io.restart();
  io.poll();
  CHECK(seen == std::vector{Wake::set});
  boost::asio::co_spawn(io, wait_often(place, 1, seen), boost::asio::detached);
  io.restart();
  io.poll();
  CHECK(seen.size() == 1);
  place.wake();
  CHECK(seen.size() == 2);
}

TEST_CASE("coroutines that still wait at wakeups go with the io_context", "[net]") {
  const auto held = std::make_shared<int>(-1);
  {
    auto io = std::make_unique<boost::asio::io_context>(one_thread);
    boost::asio::co_spawn(*io, hold(std::make_shared<Wakeup>(*io), held), boost::asio::detached);
    boost::asio::co_spawn(*io, hold(std::make_shared<Wakeup>(*io), held), boost::asio::detached);
    io->poll();
    CHECK(held.use_count() == 3);
    io.reset();
    CHECK(held.use_count() == 1);
  }
  CHECK(*held == -1);
}

}  // namespace wakeup_test
