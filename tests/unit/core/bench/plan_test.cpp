#include "core/bench/plan.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "core/base/clock.h"

using namespace llmgw;
using namespace llmgw::bench;
using namespace std::chrono_literals;

namespace plan_test {

Load paced(double rate) {
  Load load;
  load.kind = Load::Kind::constant;
  load.rate = rate;
  return load;
}

}  // namespace plan_test

TEST_CASE("a constant rate is due on an absolute schedule, however late the caller asks", "[bench]") {
  ManualClock clock;
  Schedule schedule(plan_test::paced(3), clock.now_ns());
  std::vector<Moment> due;
  for (int i = 0; i < 7; ++i) {
    auto arrival = schedule.next(clock.now_ns(), 0);
    if (arrival.kind == Arrival::Kind::wait) {
      clock.advance(std::chrono::nanoseconds(arrival.at - clock.now_ns()) + 50ms);  // wakes up late every time
      arrival = schedule.next(clock.now_ns(), 0);
    }
    REQUIRE(arrival.kind == Arrival::Kind::go);
    CHECK(arrival.index == i);
    due.push_back(arrival.at);
  }
  CHECK(due ==
        std::vector<Moment>{0, 333'333'333, 666'666'667, 1'000'000'000, 1'333'333'333, 1'666'666'667, 2'000'000'000});
}

TEST_CASE("what is due while too many are in flight is dropped and counted", "[bench]") {
  auto load = plan_test::paced(10);
  load.max_inflight = 2;
  load.requests = 4;
  Schedule schedule(load, 0);
  const Moment late = 10'000'000'000;
  CHECK(schedule.next(late, 1).kind == Arrival::Kind::go);
  CHECK(schedule.next(late, 2).kind == Arrival::Kind::drop);
  CHECK(schedule.next(late, 3).kind == Arrival::Kind::drop);
  CHECK(schedule.next(late, 1).kind == Arrival::Kind::go);
  CHECK(schedule.next(late, 0).kind == Arrival::Kind::over);
  CHECK(schedule.issued() == 2);
  CHECK(schedule.dropped() == 2);
}

TEST_CASE("a closed loop starts at once until its requests or its time are used up", "[bench]") {
  Load load;
  load.requests = 2;
  load.duration = 1s;
  Schedule schedule(load, 100);
  CHECK(schedule.next(500, 0).at == 500);
  CHECK(schedule.next(600, 5).kind == Arrival::Kind::go);
  CHECK(schedule.next(700, 0).kind == Arrival::Kind::over);
  CHECK(Schedule(load, 100).next(1'000'000'100, 0).kind == Arrival::Kind::over);
  CHECK(Schedule(load, 100).next(1'000'000'099, 0).kind == Arrival::Kind::go);
}

TEST_CASE("a constant rate sends nothing that is due at the end or later", "[bench]") {
  auto load = plan_test::paced(2);
  load.duration = 1s;
  Schedule schedule(load, 0);
  CHECK(schedule.next(5'000'000'000, 0).at == 0);
  CHECK(schedule.next(5'000'000'000, 0).at == 500'000'000);
  CHECK(schedule.next(5'000'000'000, 0).kind == Arrival::Kind::over);
}
