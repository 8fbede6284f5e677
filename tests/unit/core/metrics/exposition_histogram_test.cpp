#include "core/metrics/exposition_histogram.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

using Catch::Approx;
using llmgw::metrics::BucketHistogram;
using llmgw::metrics::Exposition;

namespace exposition_histogram_test {

Exposition read(std::string_view text) { return Exposition::parse(std::string(text)); }

constexpr std::string_view ttft =
    "# TYPE ttft histogram\n"
    "ttft_bucket{le=\"0.1\"} 10\nttft_bucket{le=\"0.2\"} 30\nttft_bucket{le=\"0.4\"} 40\nttft_bucket{le=\"+Inf\"} 50\n"
    "ttft_sum 20\nttft_count 50\n";

TEST_CASE("a quantile is interpolated linearly inside its bucket", "[metrics]") {
  const auto page = read(ttft);
  const auto histogram = BucketHistogram::read(page, "ttft");
  REQUIRE(histogram);
  const auto [q, value] =
      GENERATE(table<double, double>({{0, 0}, {0.1, 0.05}, {0.2, 0.1}, {0.4, 0.15}, {0.7, 0.3}, {0.8, 0.4}}));
  CAPTURE(q);
  CHECK(histogram->quantile(q)->value == Approx(value));
  CHECK_FALSE(histogram->quantile(q)->above);
  CHECK(histogram->count() == 50);
}

TEST_CASE("a quantile above the last bucket is told as such", "[metrics]") {
  const auto page = read(ttft);
  const auto quantile = BucketHistogram::read(page, "ttft")->quantile(0.95);
  REQUIRE(quantile);
  CHECK(quantile->above);
  CHECK(quantile->value == 0.4);
}

TEST_CASE("a bucket below minus infinity is none", "[metrics]") {
  const auto page = read(
      "ttft_bucket{le=\"-Inf\"} 1\nttft_bucket{le=\"0.1\"} 3\nttft_bucket{le=\"+-Inf\"} 1\nttft_bucket{le=\"+Inf\"} "
      "4\n");
  const auto histogram = BucketHistogram::read(page, "ttft");
  REQUIRE(histogram);
  CHECK(histogram->quantile(0.5)->value == Approx(0.2 / 3));
  CHECK(histogram->count() == 4);
}

TEST_CASE("a histogram that is missing or empty has no quantile", "[metrics]") {
  CHECK_FALSE(BucketHistogram::read(read("a 1\n"), "ttft"));
  CHECK_FALSE(BucketHistogram::read(read("ttft_bucket{le=\"1\"} 3\n"), "ttft"));
  CHECK_FALSE(BucketHistogram::read(read("ttft_bucket{le=\"x\"} 3\nttft_bucket{le=\"NaN\"} 3\n"), "ttft"));
  CHECK_FALSE(BucketHistogram::read(read("ttft_bucket{le=\"+Inf\"} 0\n"), "ttft")->quantile(0.5));
  CHECK_FALSE(BucketHistogram::read(read("ttft_bucket{le=\"+Inf\"} 5\n"), "ttft")->quantile(0.5));
  CHECK_FALSE(BucketHistogram::read(read(ttft), "ttft")->quantile(1.5));
}

TEST_CASE("a histogram without an infinite bucket takes its total from the count", "[metrics]") {
  const auto page = read("h_bucket{le=\"1\"} 5\nh_count 10\n");
  const auto histogram = BucketHistogram::read(page, "h");
  REQUIRE(histogram);
  CHECK(histogram->quantile(0.25)->value == Approx(0.5));
  CHECK(histogram->quantile(0.9)->above);
}

TEST_CASE("histograms of several engines are added up", "[metrics]") {
  const auto page = read(
      "h_bucket{engine=\"0\",le=\"1\"} 5\nh_bucket{engine=\"0\",le=\"1.5\"} 5\nh_bucket{engine=\"0\",le=\"2\"} 10\n"
      "h_bucket{engine=\"0\",le=\"+Inf\"} 10\n"
      "h_bucket{engine=\"1\",le=\"1\"} 0\nh_bucket{engine=\"1\",le=\"2\"} 10\nh_bucket{engine=\"1\",le=\"+Inf\"} 10\n");
  CHECK(BucketHistogram::read(page, "h")->quantile(0.25)->value == Approx(1));
  CHECK(BucketHistogram::read(page, "h", {{"engine", "1"}})->quantile(0.5)->value == Approx(1.5));
}

TEST_CASE("what came between two pages is a histogram of its own", "[metrics]") {
  const auto before = BucketHistogram::read(read(ttft), "ttft");
  const auto after = BucketHistogram::read(read("ttft_bucket{le=\"0.1\"} 10\nttft_bucket{le=\"0.2\"} "
                                                "40\nttft_bucket{le=\"0.4\"} 50\nttft_bucket{le=\"+Inf\"} 60\n"),
                                           "ttft");
  const auto between = after->since(*before);
  REQUIRE(between);
  CHECK(between->count() == 10);
  CHECK(between->quantile(0.5)->value == Approx(0.15));
  CHECK_FALSE(before->since(*after));
  CHECK_FALSE(BucketHistogram::read(read("ttft_bucket{le=\"+Inf\"} 99\n"), "ttft")->since(*before));
}

}  // namespace exposition_histogram_test
