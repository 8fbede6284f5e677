#include "proxy/health/due.h"

#include <catch2/catch_test_macros.hpp>

namespace due_test {

using llmgw::proxy::Due;
using std::chrono::seconds;

constexpr std::int64_t second = 1'000'000'000;

TEST_CASE("a server is asked at once, then once an interval", "[health]") {
  Due due(seconds(300), true);
  CHECK(due.at_ns() == 0);
  due.asked(10 * second, true);
  CHECK(due.at_ns() == 310 * second);
}

TEST_CASE("a server that is not well is asked sooner, at growing distances", "[health]") {
  Due due(seconds(300), true);
  std::int64_t now = 0;
  for (const std::int64_t pause : {2, 4, 8, 16, 30, 30}) {
    due.asked(now, false);
    CHECK(due.at_ns() == now + pause * second);
    now = due.at_ns();
  }
  due.asked(now, true);
  CHECK(due.at_ns() == now + 300 * second);
  due.asked(now, false);
  CHECK(due.at_ns() == now + 2 * second);
}

TEST_CASE("no interval is longer for a server that is not well", "[health]") {
  Due due(seconds(1), true);
  due.asked(0, false);
  CHECK(due.at_ns() == second);
}

TEST_CASE("a failed request and a look bring the next question forward, never under a second", "[health]") {
  Due due(seconds(300), true);
  due.asked(10 * second, true);
  due.look();
  CHECK(due.at_ns() == 15 * second);
  due.suspect();
  CHECK(due.at_ns() == 11 * second);
  due.look();
  CHECK(due.at_ns() == 11 * second);
}

TEST_CASE("looks do not hurry a hosted API", "[health]") {
  Due due(seconds(300), false);
  due.asked(10 * second, true);
  due.look();
  CHECK(due.at_ns() == 310 * second);
  due.suspect();
  CHECK(due.at_ns() == 11 * second);
}

TEST_CASE("a shorter interval of a new configuration acts at once", "[health]") {
  Due due(seconds(300), true);
  due.asked(10 * second, true);
  due.pace_of(Due(seconds(20), true));
  CHECK(due.at_ns() == 30 * second);
  due.asked(30 * second, true);
  CHECK(due.at_ns() == 50 * second);
}

}  // namespace due_test
