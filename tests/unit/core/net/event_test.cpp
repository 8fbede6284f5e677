#include "core/net/event.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "core/net/watchdog.h"
#include "support/loop.h"

using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

TEST_CASE("an event that was set before lets one wait pass", "[net]") {
  boost::asio::io_context io{1};
  Event event(io);
  event.set();
  CHECK(run(io, event.wait()) == Wake::set);
  CHECK(run(io, event.wait(std::chrono::steady_clock::now())) == Wake::expired);
}

TEST_CASE("an event wakes its waiter", "[net]") {
  boost::asio::io_context io{1};
  Event event(io);
  boost::asio::post(io, [&] { event.set(); });
  CHECK(run(io, event.wait()) == Wake::set);
}

TEST_CASE("a cancelled wait says so, and so does every later one", "[net]") {
  boost::asio::io_context io{1};
  Event event(io);
  boost::asio::cancellation_signal signal;
  std::optional<Wake> wake;
  boost::asio::co_spawn(
      io, event.wait(),
      boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Wake value) { wake = value; }));
  boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  run_until(io, [&] { return wake.has_value(); });
  CHECK(wake == Wake::cancelled);
}

TEST_CASE("a watchdog acts on the deadline that was set last", "[net]") {
  boost::asio::io_context io{1};
  int barks = 0;
  Watchdog dog(io, [&] { ++barks; });
  dog.watch_until(std::chrono::steady_clock::now() + 1ms);
  dog.watch_until(std::chrono::steady_clock::now() + 20ms);
  const auto start = std::chrono::steady_clock::now();
  run_until(io, [&] { return barks > 0; });
  CHECK(std::chrono::steady_clock::now() - start >= 19ms);
  CHECK(dog.expired());
  dog.watch_until(never);
  CHECK_FALSE(dog.expired());
}

TEST_CASE("a watchdog that is off or gone stays quiet", "[net]") {
  boost::asio::io_context io{1};
  int barks = 0;
  {
    Watchdog off(io, [&] { ++barks; });
    off.watch_until(std::chrono::steady_clock::now() + 1ms);
    off.watch_until(never);
    Watchdog gone(io, [&] { ++barks; });
    gone.watch_until(std::chrono::steady_clock::now() + 1ms);
    off.watch_until(std::chrono::steady_clock::now() + 50ms);
  }
  io.run();
  CHECK(barks == 0);
}
