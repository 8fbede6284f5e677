#include "core/net/foreground.h"

#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <functional>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

using namespace llmgw;

namespace foreground_test {

constexpr net::milliseconds an_hour{3'600'000};

net::Task<> interrupted(net::ClientRoom& room, bool& waited) {
  std::raise(SIGINT);
  waited = co_await room.pause(an_hour);
}

net::Task<> short_pause(net::ClientRoom& room, bool& waited) { waited = co_await room.pause(net::milliseconds(0)); }

/// Work that ends when it is told to.
struct Blocking {
  std::atomic<bool> told = false;
  int stops = 0;
  std::thread::id where;
  std::optional<bool> whole;

  static net::Task<> run(net::ClientRoom& room, Blocking& blocking, std::function<void()> work) {
    auto noting = [&blocking, work = std::move(work)] {
      blocking.where = std::this_thread::get_id();
      work();
    };
    auto stop = [&blocking] {
      ++blocking.stops;
      blocking.told = true;
      blocking.told.notify_all();
    };
    blocking.whole = co_await room.apart(std::move(noting), std::move(stop));
  }
  Result<int> in_foreground(const std::function<void()>& work) {
    return net::run_in_foreground([this, &work](net::ClientRoom& room) { return run(room, *this, work); });
  }
};

net::Task<> broken() {
  throw std::runtime_error("broken");
  co_return;
}

}  // namespace foreground_test

TEST_CASE("work in the foreground ends and says that no signal came", "[net]") {
  bool waited = false;
  const auto signal =
      net::run_in_foreground([&](net::ClientRoom& room) { return foreground_test::short_pause(room, waited); });
  CHECK(signal == 0);
  CHECK(waited);
}

TEST_CASE("a signal cancels the work and is told", "[net]") {
  bool waited = true;
  const auto signal =
      net::run_in_foreground([&](net::ClientRoom& room) { return foreground_test::interrupted(room, waited); });
  CHECK(signal == SIGINT);
  CHECK_FALSE(waited);
}

TEST_CASE("what would keep the thread waiting runs on another one", "[net]") {
  foreground_test::Blocking blocking;
  CHECK(blocking.in_foreground([] {}) == 0);
  CHECK(blocking.whole == true);
  CHECK(blocking.where != std::this_thread::get_id());
  CHECK(blocking.stops == 0);
}

TEST_CASE("a signal stops what runs on another thread, and its end is waited for", "[net]") {
  foreground_test::Blocking blocking;
  bool ended = false;
  const auto signal = blocking.in_foreground([&] {
    ::kill(::getpid(), SIGINT);
    blocking.told.wait(false);
    ended = true;
  });
  CHECK(signal == SIGINT);
  CHECK(blocking.whole == false);
  CHECK(blocking.stops == 1);
  CHECK(ended);
}

TEST_CASE("an exception on another thread becomes an internal error", "[net]") {
  foreground_test::Blocking blocking;
  const auto signal = blocking.in_foreground([] { throw std::runtime_error("no thread"); });
  REQUIRE_FALSE(signal);
  CHECK(signal.error().message == "no thread");
  CHECK(blocking.stops == 0);
}

TEST_CASE("an exception in the work becomes an internal error", "[net]") {
  const auto signal = net::run_in_foreground([](net::ClientRoom&) { return foreground_test::broken(); });
  REQUIRE_FALSE(signal);
  CHECK(signal.error().code == Errc::internal);
  CHECK(signal.error().message == "broken");
}
