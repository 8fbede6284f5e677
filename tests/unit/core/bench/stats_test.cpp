#include "core/bench/stats.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/bench/expression.h"
#include "transcripts.h"

using namespace llmgw::bench;
using Catch::Approx;
using transcripts::answered;
using transcripts::failed;
using transcripts::recorded;

namespace stats_test {

// Sent at 12 ms, planned for 2 ms, connecting from 10 ms; tokens at 112, 122, 142, 192 ms; [DONE] at 200 ms.
Sample four_tokens() {
  return answered({.sched = 2, .started = 10, .sent = 12, .tokens = {112, 122, 142, 192}, .done = 200});
}

}  // namespace stats_test

TEST_CASE("the times of one stamped answer are those computed by hand", "[bench]") {
  auto sample = stats_test::four_tokens();
  const auto [name, expected] = GENERATE(table<std::string_view, double>({
      {"ttft", 100},
      {"ttft_sched", 110},
      {"ttft_conn", 102},
      {"ttfo", 100},
      {"ttfe", 100},
      {"tth", 1},
      {"itl.mean", 80.0 / 3},
      {"itl.req", 80.0 / 3},
      {"itl.max", 50},
      {"tpot", 80.0 / 3},
      {"ntpot", 47},
      {"e2e", 188},
      {"e2e.last", 180},
      {"e2e_sched", 198},
  }));
  CAPTURE(name);
  CHECK(value_of(sample, name) == Approx(expected));
}

TEST_CASE("where events carry several tokens TPOT counts tokens and ITL counts events", "[bench]") {
  auto sample = stats_test::four_tokens();
  sample.output_tokens = 9;  // the server's count
  CHECK(value_of(sample, "tpot") == Approx(80.0 / 8));
  CHECK(value_of(sample, "ntpot") == Approx(188.0 / 9));
  CHECK(collect(std::vector<const Sample*>{&sample}, "itl").size() == 3);
}

TEST_CASE("an answer that came whole has no token times", "[bench]") {
  auto sample = answered({.sent = 5, .done = 105});
  sample.output_tokens = 20;
  CHECK_FALSE(value_of(sample, "ttft"));
  CHECK_FALSE(value_of(sample, "tpot"));
  CHECK_FALSE(value_of(sample, "itl.max"));
  CHECK(value_of(sample, "e2e") == 100);
  CHECK(value_of(sample, "ntpot") == 5);
}

TEST_CASE("reasoning has a first token but no first content", "[bench]") {
  auto sample = stats_test::four_tokens();
  sample.first_content.reset();
  CHECK(value_of(sample, "ttft") == 100);
  CHECK_FALSE(value_of(sample, "ttfo"));
}

TEST_CASE("gaps are pooled over requests, failed requests give none", "[bench]") {
  auto broken = stats_test::four_tokens();
  broken.failure = FailureClass::truncated;
  const auto stats = compute(
      recorded({stats_test::four_tokens(), answered({.sent = 0, .tokens = {10, 15}, .done = 16}), broken}, 1000), {},
      {});
  const auto& gaps = *stats.time("itl");
  CHECK(std::vector<double>(gaps.values().begin(), gaps.values().end()) == std::vector<double>{5, 10, 20, 50});
  CHECK(gaps.at(0.5) == 15);
  CHECK(gaps.mean() == 21.25);
  CHECK(stats.time("ttft")->size() == 2);
  CHECK(stats.time("ttft")->at(0.5) == 55);
}

TEST_CASE("itl.mean weighs each request by its tokens", "[bench]") {
  // Nine gaps of 10 ms on average against one of 100 ms.
  auto slow = answered({.tokens = {0, 100}, .done = 101});
  auto fast = answered({.tokens = {0, 90}, .done = 91});
  fast.output_tokens = 10;
  const auto stats = compute(recorded({slow, fast}, 1000), {}, {});
  CHECK(stats.time("itl.mean")->mean() == Approx(19));
  CHECK(stats.time("itl.mean")->at(0.9) == 10);
  CHECK(stats.time("itl.req")->mean() == Approx(55));
}

TEST_CASE("requests are counted by how they ended", "[bench]") {
  auto refused = failed(FailureClass::http_429, 1);
  refused.message = "slow down";
  const auto stats = compute(recorded({stats_test::four_tokens(), refused, failed(FailureClass::http_429, 2),
                                       failed(FailureClass::cancelled_at_end, 3)},
                                      1000),
                             {}, {});
  CHECK(stats.counts.attempted == 3);
  CHECK(stats.counts.ok == 1);
  CHECK(stats.counts.failed == 2);
  CHECK(stats.counts.cancelled == 1);
  CHECK(stats.counts.by_class[static_cast<std::size_t>(FailureClass::http_429)] == 2);
  CHECK(stats.counts.example[static_cast<std::size_t>(FailureClass::http_429)] == "slow down");
  CHECK(stats.scalar("error_rate")->value == Approx(2.0 / 3));
}

TEST_CASE("throughput counts tokens by the time of their event, inside the window alone", "[bench]") {
  // Window 0 to 150 ms holds three of the four events; the server counted eight tokens, two an event.
  auto sample = stats_test::four_tokens();
  sample.output_tokens = 8;
  const auto stats = compute(recorded({sample}, 150), {}, {});
  CHECK(stats.scalar("out_tok_s")->value == Approx(6 / 0.150));
  CHECK(stats.scalar("req_s")->value == 0);  // its end lies outside
  CHECK(stats.tokens.output == 8);
  CHECK(stats.tokens.source() == "usage");
}

TEST_CASE("the source of token counts is told", "[bench]") {
  auto counted = stats_test::four_tokens();
  counted.output_tokens = 4;
  CHECK(compute(recorded({stats_test::four_tokens()}, 1000), {}, {}).tokens.source() == "events");
  CHECK(compute(recorded({stats_test::four_tokens(), counted}, 1000), {}, {}).tokens.source() == "mixed");
  CHECK(compute(recorded({}, 1000), {}, {}).tokens.source() == "none");
}

TEST_CASE("good requests keep every bound, and are counted over the attempted ones", "[bench]") {
  const std::vector<Bound> bounds = *parse_bounds("ttft<=100ms & e2e<150ms");
  const auto stats = compute(recorded({stats_test::four_tokens(),                                 // e2e 188 ms
                                       answered({.sent = 0, .tokens = {50, 60}, .done = 70}),     // good
                                       answered({.sent = 0, .tokens = {101, 102}, .done = 103}),  // ttft 101 ms
                                       failed(FailureClass::http_5xx, 1)},
                                      500),
                             {}, bounds);
  CHECK(stats.scalar("good_fraction")->value == Approx(0.25));
  CHECK(stats.scalar("goodput")->value == Approx(2));
}

TEST_CASE("without a success every figure is missing, none is zero", "[bench]") {
  const auto stats = compute(recorded({failed(FailureClass::connect, 1)}, 500), {}, {});
  CHECK_FALSE(stats.time("ttft")->at(0.5));
  CHECK_FALSE(stats.time("ttft")->mean());
  CHECK_FALSE(stats.scalar("out_tok_s")->value);
  CHECK_FALSE(stats.scalar("req_s")->value);
  CHECK_FALSE(stats.scalar("goodput")->value);
  CHECK(stats.scalar("error_rate")->value == 1);
}

TEST_CASE("a stall is a gap over 100 ms and five times the median", "[bench]") {
  const auto stats =
      compute(recorded({answered({.tokens = {0, 10, 20, 30, 130, 231, 240}, .done = 241})}, 1000), {}, {});
  CHECK(stats.stalls == 1);  // 101 ms, but not 100 ms
}

TEST_CASE("the load in flight is weighted by time", "[bench]") {
  auto first = answered({.started = 0, .sent = 0, .tokens = {1}, .done = 100});
  auto second = answered({.started = 50, .sent = 50, .tokens = {51}, .done = 300});
  CHECK(compute(recorded({first, second}, 200), {}, {}).mean_in_flight == Approx((100.0 + 150.0) / 200));
}
