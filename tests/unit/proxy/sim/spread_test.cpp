#include "proxy/sim/spread.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <vector>

using namespace llmgw;
using namespace std::chrono_literals;

TEST_CASE("durations have units and default to milliseconds", "[sim]") {
  CHECK(*sim::parse_time("250us") == 250us);
  CHECK(*sim::parse_time("80ms") == 80ms);
  CHECK(*sim::parse_time("1.5s") == 1500ms);
  CHECK(*sim::parse_time("2m") == 120s);
  CHECK(*sim::parse_time("5") == 5ms);
  for (const auto* text : {"", "ms", "-1ms", "1 ms", "1h", "nan", "inf", "1e99s", "0x1ms"})
    CHECK_FALSE(sim::parse_time(text));
}

TEST_CASE("a spread has a mean, a deviation and a shape", "[sim]") {
  using Shape = sim::Spread::Shape;
  CHECK(*sim::parse_time_spread("80ms") == sim::Spread{80e6, 0, Shape::constant});
  CHECK(*sim::parse_time_spread("80ms\u00b110ms") == sim::Spread{80e6, 10e6, Shape::normal});
  CHECK(*sim::parse_time_spread("80ms+-10ms:lognormal") == sim::Spread{80e6, 10e6, Shape::lognormal});
  CHECK(*sim::parse_number_spread("64+-16") == sim::Spread{64, 16, Shape::normal});
  for (const auto* text : {"80ms+-", "80ms:gamma", "+-1ms", "80ms+-x"}) CHECK_FALSE(sim::parse_time_spread(text));
}

TEST_CASE("drawn values have the mean and deviation asked for", "[sim]") {
  const auto text = GENERATE(as<std::string_view>{}, "100+-20", "100+-20:lognormal");
  const auto spread = *sim::parse_number_spread(text);
  IdSource random(7);
  constexpr int count = 20'000;
  double sum = 0;
  double least = 1;
  double squares = 0;
  for (int i = 0; i < count; ++i) {
    const double value = spread.draw(random);
    least = std::min(least, value);
    sum += value;
    squares += value * value;
  }
  CHECK(least >= 0);
  const double mean = sum / count;
  CHECK(std::abs(mean - 100) < 1);
  CHECK(std::abs(std::sqrt(squares / count - mean * mean) - 20) < 1);
}
