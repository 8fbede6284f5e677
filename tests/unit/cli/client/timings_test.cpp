#include "cli/client/timings.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace llmgw;
using namespace llmgw::cli;
using Catch::Approx;

namespace timings_test {

constexpr std::int64_t ms = 1'000'000;

ir::Event delta(ir::DeltaKind kind) { return ir::Delta{.kind = kind, .text = "x"}; }

}  // namespace timings_test

using timings_test::delta;
using timings_test::ms;

TEST_CASE("the first token may be reasoning; its content is timed as well", "[cli]") {
  Timings timings;
  timings.sent(100 * ms);
  timings.arrived(ir::Start{}, 110 * ms);
  timings.arrived(ir::Heartbeat{}, 120 * ms);
  timings.arrived(delta(ir::DeltaKind::reasoning), 150 * ms);
  timings.arrived(delta(ir::DeltaKind::text), 170 * ms);
  timings.arrived(delta(ir::DeltaKind::text), 200 * ms);
  timings.arrived(ir::Usage{}, 230 * ms);
  timings.done(240 * ms);
  CHECK(timings.ttft_ms() == Approx(50));
  CHECK(timings.ttft_content_ms() == Approx(70));
  CHECK(timings.itl_ms(0.5) == Approx(25));
  CHECK(timings.itl_ms(1) == Approx(30));
  CHECK(timings.total_ms() == Approx(140));
  CHECK(timings.token_events() == 3);
  CHECK(timings.tokens_per_second(11) == Approx(200));
}

TEST_CASE("an answer without tokens has no token times", "[cli]") {
  Timings timings;
  timings.sent(0);
  timings.done(5 * ms);
  CHECK_FALSE(timings.ttft_ms());
  CHECK_FALSE(timings.itl_ms(0.5));
  CHECK_FALSE(timings.tokens_per_second(10));
  CHECK(timings.total_ms() == Approx(5));
}

TEST_CASE("quantiles interpolate between the closest ranks", "[cli]") {
  CHECK(quantile_of({4, 1, 3, 2}, 0.5) == Approx(2.5));
  CHECK(quantile_of({1, 2, 3, 4, 5}, 0.95) == Approx(4.8));
  CHECK(quantile_of({7}, 0.95) == Approx(7));
  CHECK_FALSE(quantile_of({}, 0.5));
}
