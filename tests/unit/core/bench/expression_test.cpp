#include "core/bench/expression.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string_view>
#include <tuple>

using namespace llmgw::bench;
using Catch::Approx;

TEST_CASE("objectives are read with their units", "[bench]") {
  const auto [text, metric, limit] = GENERATE(table<std::string_view, std::string_view, double>({
      {"ttft_p95<250ms", "ttft", 250},
      {"ttft_sched_p99 <= 1.5s", "ttft_sched", 1500},
      {"itl_p95<20ms", "itl", 20},
      {"itl.gap_p95<20ms", "itl", 20},
      {"itl.max_p99.9<500ms", "itl.max", 500},
      {"e2e_mean<1m", "e2e", 60'000},
      {"tpot_max<900us", "tpot", 0.9},
      {"error_rate<0.5%", "error_rate", 0.005},
      {"good_fraction>=0.99", "good_fraction", 0.99},
      {"goodput>=9.5req/s", "goodput", 9.5},
      {"out_tok_s>=1800", "out_tok_s", 1800},
      {" out_tok_s > 1800 tok/s ", "out_tok_s", 1800},
      {"e2e_count>=100", "e2e", 100},
  }));
  CAPTURE(text);
  const auto read = parse_expression(text);
  REQUIRE(read);
  CHECK(read->metric == metric);
  CHECK(read->limit == Approx(limit));
}

TEST_CASE("a percentile is read as a share", "[bench]") {
  CHECK(parse_expression("ttft_p99.9<1s")->statistic->q == Approx(0.999));
  CHECK(parse_expression("ttft_std<1s")->statistic->kind == Statistic::Kind::deviation);
  CHECK_FALSE(parse_expression("error_rate<1%")->statistic);
}

TEST_CASE("the four comparisons", "[bench]") {
  CHECK(parse_expression("e2e_p50<1s")->comparison == Comparison::less);
  CHECK(parse_expression("e2e_p50<=1s")->comparison == Comparison::less_equal);
  CHECK(parse_expression("e2e_p50>1s")->comparison == Comparison::greater);
  CHECK(parse_expression("e2e_p50>=1s")->comparison == Comparison::greater_equal);
  CHECK(holds(1, Comparison::less_equal, 1));
  CHECK_FALSE(holds(1, Comparison::less, 1));
  CHECK_FALSE(holds(1, Comparison::greater, 1));
  CHECK(holds(1, Comparison::greater_equal, 1));
}

TEST_CASE("what cannot be read is a usage error that says what is wrong", "[bench]") {
  const auto [text, says] = GENERATE(table<std::string_view, std::string_view>({
      {"ttft_p95", "no comparison"},
      {"tftt_p95<250ms", "did you mean ttft?"},
      {"ttft<250ms", "say which: ttft_p95"},
      {"ttft_q95<250ms", "is no statistic"},
      {"ttft_p0<250ms", "is no statistic"},
      {"ttft_p100<250ms", "is no statistic"},
      {"ttft_p95<", "no limit"},
      {"ttft_p95<250", "needs a unit: us, ms, s, m"},
      {"ttft_p95<fast", "is no number"},
      {"ttft_p95<nanms", "is no number"},
      {"ttft_p95<infs", "is no number"},
      {"ttft_count>5%", "is no unit of this metric (a bare number)"},
      {"ttft_p95<250parsecs", "is no unit"},
      {"error_rate<5ms", "is no unit"},
      {"ttft_p95<250ms @ out<=128", "is no unit"},
      {"", "no comparison"},
  }));
  CAPTURE(text);
  const auto read = parse_expression(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == llmgw::Errc::usage);
  CHECK(read.error().message.find(says) != std::string::npos);
}

TEST_CASE("bounds of a good request are read as a list", "[bench]") {
  const auto bounds = parse_bounds("ttft<250ms & tpot<=20ms&e2e<1.5s");
  REQUIRE(bounds);
  REQUIRE(bounds->size() == 3);
  CHECK((*bounds)[1].metric == "tpot");
  CHECK((*bounds)[1].comparison == Comparison::less_equal);
  CHECK((*bounds)[2].limit == 1500);
  CHECK_FALSE(parse_bounds("ttft<250ms &"));
  CHECK_FALSE(parse_bounds("itl<20ms"));
  CHECK_FALSE(parse_bounds("error_rate<1%"));
}
