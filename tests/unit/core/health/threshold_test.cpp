#include "core/health/threshold.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string_view>

namespace health_threshold_test {

using namespace llmgw::health;
using Catch::Approx;

TEST_CASE("thresholds are read with their units", "[health]") {
  const auto [text, check, field, limit] =
      GENERATE(table<std::string_view, std::string_view, std::string_view, double>({
          {"kv>90%", "kv", "", 0.9},
          {"kv >= 0.9", "kv", "", 0.9},
          {"http>250ms", "http", "", 0.25},
          {"clock>2m", "clock", "", 120},
          {"queue>3", "queue", "", 3},
          {"queue.running<1", "queue", "running", 1},
          {"budget.usd<5", "budget", "usd", 5},
          {"preempt>0.5/s", "preempt", "", 0.5},
          {"ctx<32768", "ctx", "", 32768},
      }));
  CAPTURE(text);
  const auto read = parse_threshold(text, State::warn);
  REQUIRE(read);
  CHECK(read->check == check);
  CHECK(read->field == field);
  CHECK(read->limit == Approx(limit));
}

TEST_CASE("a threshold that cannot be read says what is wrong", "[health]") {
  const auto [text, says] = GENERATE(table<std::string_view, std::string_view>({
      {"kv", "no comparison"},
      {"kw>1", "did you mean kv?"},
      {"kv.total>1", "of this check there is kv"},
      {"identity>1", "no figure to compare"},
      {"kv>", "is no number"},
      {"kv>nan", "is no number"},
      {"kv>90", "write 90%"},
      {"kv>9ms", "is no unit"},
      {"http>2", "needs a unit"},
      {"queue>5%", "is no unit"},
  }));
  CAPTURE(text);
  const auto read = parse_threshold(text, State::warn);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == llmgw::Errc::usage);
  CHECK(read.error().message.contains(says));
}

TEST_CASE("the four comparisons of thresholds", "[health]") {
  CHECK(passed(*parse_threshold("queue>3", State::warn), 4));
  CHECK_FALSE(passed(*parse_threshold("queue>3", State::warn), 3));
  CHECK(passed(*parse_threshold("queue>=3", State::warn), 3));
  CHECK(passed(*parse_threshold("ctx<3", State::warn), 2));
  CHECK(passed(*parse_threshold("ctx<=3", State::warn), 3));
}

TEST_CASE("a user's threshold takes the place of the built-in one of its severity", "[health]") {
  const std::array thresholds{*parse_threshold("kv>50%", State::warn)};
  const auto limits = limits_of("kv", {0.9, 0.98}, thresholds);
  CHECK_FALSE(limits.warn);
  CHECK(limits.crit == 0.98);
  CHECK(limits_of("queue", {0, 1}, thresholds).warn == 0);
}

}  // namespace health_threshold_test
