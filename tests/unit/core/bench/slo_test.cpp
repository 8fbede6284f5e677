#include "core/bench/slo.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string_view>
#include <tuple>

#include "transcripts.h"

using namespace llmgw::bench;
using Catch::Approx;

namespace slo_test {

/// Requests whose TTFTs are 1, 2, ... n ms, each with ten gaps of as many milliseconds.
Stats rising(int n) {
  std::deque<Sample> samples;
  for (int i = 1; i <= n; ++i) {
    auto sample = transcripts::answered({.sent = 0, .tokens = {i}, .done = 12 * i});
    for (int k = 2; k <= 11; ++k) sample.tokens.push_back(k * i * transcripts::ms);
    samples.push_back(std::move(sample));
  }
  return compute(transcripts::recorded(std::move(samples), 1000), {}, {});
}

Judged judged(const Stats& stats, std::string_view text, bool point = false) {
  return judge(stats, *parse_expression(text), {.point = point, .confidence = 0.95, .seed = 7});
}

}  // namespace slo_test

using slo_test::judged;
using slo_test::rising;

TEST_CASE("a percentile passes, fails or is inconclusive by its order statistics", "[bench]") {
  // Of 100 values the 95 % bounds of p50 are the 42nd and the 59th value: P(Bin(100, 1/2) <= 41) = 0.044 and
  // P(Bin(100, 1/2) <= 58) = 0.956.
  const auto stats = rising(100);
  const auto [text, verdict] = GENERATE(table<std::string_view, Verdict>({
      {"ttft_p50<60ms", Verdict::pass},
      {"ttft_p50<59ms", Verdict::inconclusive},
      {"ttft_p50<=59ms", Verdict::pass},
      {"ttft_p50<43ms", Verdict::inconclusive},
      {"ttft_p50<42ms", Verdict::fail},
      {"ttft_p50>41ms", Verdict::pass},
      {"ttft_p50>=42ms", Verdict::pass},
      {"ttft_p50>50ms", Verdict::inconclusive},
      {"ttft_p50>59ms", Verdict::fail},
  }));
  CAPTURE(text);
  const auto result = judged(stats, text);
  CHECK(result.verdict == verdict);
  CHECK(result.value == 50.5);
  CHECK(result.lower == 42);
  CHECK(result.upper == 59);
}

TEST_CASE("a sample too small for its percentile never passes, and says what is missing", "[bench]") {
  const auto result = judged(rising(58), "ttft_p95<1s");
  CHECK(result.verdict == Verdict::inconclusive);
  CHECK(result.more_requests == 1);
  CHECK(judged(rising(59), "ttft_p95<1s").verdict == Verdict::pass);
  CHECK(judged(rising(20), "ttft_p99<1s").more_requests == 279);
}

TEST_CASE("a sample too small to pass can still fail", "[bench]") {
  CHECK(judged(rising(5), "ttft_p95<1us").verdict == Verdict::fail);
}

TEST_CASE("by the measured value alone there are two verdicts", "[bench]") {
  CHECK(judged(rising(3), "ttft_p95<1s", true).verdict == Verdict::pass);
  CHECK(judged(rising(3), "ttft_p95<2ms", true).verdict == Verdict::fail);
}

TEST_CASE("an error rate is judged by the bounds of a proportion", "[bench]") {
  auto clean = rising(100);
  CHECK(judged(clean, "error_rate<3%").verdict == Verdict::pass);  // upper bound 2.95 %
  const auto unsure = judged(clean, "error_rate<0.5%");
  CHECK(unsure.verdict == Verdict::inconclusive);
  CHECK(unsure.more_requests == 498);  // 598 clean requests bound it below 0.5 %
  auto recording = transcripts::recorded({}, 1000);
  for (int i = 0; i < 20; ++i) recording.samples.push_back(transcripts::failed(FailureClass::http_5xx, i));
  CHECK(judged(compute(recording, {}, {}), "error_rate<50%").verdict == Verdict::fail);
}

TEST_CASE("gaps are bounded by drawing whole requests", "[bench]") {
  // All gaps of a request are equal, so the 400 gaps tell no more than the 40 requests do.
  const auto stats = rising(40);
  const auto result = judged(stats, "itl_p50<30ms");
  REQUIRE(result.lower);
  REQUIRE(result.upper);
  CHECK(result.value == Approx(20.5).margin(0.5));
  CHECK(*result.lower < 18);
  CHECK(*result.upper > 23);
  CHECK(result.verdict == Verdict::pass);
  CHECK(judged(stats, "itl_p50<21ms").verdict == Verdict::inconclusive);
  CHECK(judged(stats, "itl_p50<5ms").verdict == Verdict::fail);
  CHECK(judged(rising(9), "itl_p50<1s").verdict == Verdict::inconclusive);
}

TEST_CASE("the bootstrap gives the same bounds for the same seed", "[bench]") {
  const auto stats = rising(40);
  CHECK(judged(stats, "itl_p50<30ms").upper == judged(stats, "itl_p50<30ms").upper);
}

TEST_CASE("means are bounded by the normal distribution from thirty values on", "[bench]") {
  // Mean 50.5, deviation 29.01, so the bounds lie 1.645 * 2.901 = 4.77 away.
  const auto result = judged(rising(100), "ttft_mean<60ms");
  CHECK(result.upper == Approx(55.27).epsilon(1e-3));
  CHECK(result.verdict == Verdict::pass);
  CHECK(judged(rising(29), "ttft_mean<60ms").verdict == Verdict::inconclusive);
}

TEST_CASE("rates and extremes are compared as measured", "[bench]") {
  const auto stats = rising(10);
  CHECK(judged(stats, "ttft_max<=10ms").verdict == Verdict::pass);
  CHECK(judged(stats, "ttft_min<1ms").verdict == Verdict::fail);
  CHECK(judged(stats, "req_s>=9").verdict == Verdict::pass);
  CHECK(judged(stats, "ttft_count>=11").verdict == Verdict::fail);
}

TEST_CASE("what was not measured is inconclusive", "[bench]") {
  const auto none = compute(transcripts::recorded({}, 1000), {}, {});
  CHECK(judged(none, "ttft_p95<1s").verdict == Verdict::inconclusive);
  CHECK(judged(none, "out_tok_s>1", true).verdict == Verdict::inconclusive);
  CHECK(judged(none, "error_rate<1%").verdict == Verdict::inconclusive);
}
