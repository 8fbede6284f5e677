#include "core/base/clock.h"

#include <catch2/catch_test_macros.hpp>

namespace clock_test {

using llmgw::duration_text;
using llmgw::parse_duration;
using std::chrono::milliseconds;

TEST_CASE("durations have units, and a bare number is seconds", "[base]") {
  CHECK(parse_duration("250ms") == milliseconds(250));
  CHECK(parse_duration("1.5s") == milliseconds(1500));
  CHECK(parse_duration("2m") == milliseconds(120'000));
  CHECK(parse_duration("1h") == milliseconds(3'600'000));
  CHECK(parse_duration("10") == milliseconds(10'000));
  for (const auto* wrong : {"", "s", "-1s", "1d", "nan", "inf", "1e30h"}) CHECK_FALSE(parse_duration(wrong));
}

TEST_CASE("a time limit below a millisecond is refused, not rounded to none", "[base]") {
  for (const auto* wrong : {"400us", "5ns"}) CHECK_FALSE(parse_duration(wrong));
}

TEST_CASE("a duration is written so that it reads back the same", "[base]") {
  CHECK(duration_text(milliseconds(300'000)) == "300s");
  CHECK(duration_text(milliseconds(1500)) == "1500ms");
  for (const auto ms : {0, 1, 999, 1000, 90'000})
    CHECK(parse_duration(duration_text(milliseconds(ms))) == milliseconds(ms));
}

}  // namespace clock_test
