#include "core/net/foreground.h"

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <stdexcept>

using namespace llmgw;

namespace foreground_test {

constexpr net::milliseconds an_hour{3'600'000};

net::Task<> interrupted(net::ClientRoom& room, bool& waited) {
  std::raise(SIGINT);
  waited = co_await room.pause(an_hour);
}

net::Task<> short_pause(net::ClientRoom& room, bool& waited) { waited = co_await room.pause(net::milliseconds(0)); }

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

TEST_CASE("an exception in the work becomes an internal error", "[net]") {
  const auto signal = net::run_in_foreground([](net::ClientRoom&) { return foreground_test::broken(); });
  REQUIRE_FALSE(signal);
  CHECK(signal.error().code == Errc::internal);
  CHECK(signal.error().message == "broken");
}
