#include "core/bench/quantile.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <tuple>
#include <vector>

using namespace llmgw::bench;
using Catch::Approx;

TEST_CASE("quantiles interpolate between ranks as R's type 7 does", "[bench]") {
  const std::vector<double> values{1, 2, 4, 8, 16};
  // R: quantile(c(1,2,4,8,16), p, type = 7)
  const auto [q, expected] =
      GENERATE(table<double, double>({{0, 1}, {0.1, 1.4}, {0.25, 2}, {0.5, 4}, {0.9, 12.8}, {0.95, 14.4}, {1, 16}}));
  CHECK(quantile(values, q) == Approx(expected));
}

TEST_CASE("no values have no quantile, and one value is every quantile", "[bench]") {
  CHECK_FALSE(quantile({}, 0.5));
  const std::vector<double> one{7};
  CHECK(quantile(one, 0.99) == 7);
}

TEST_CASE("a weighted quantile is the value at which the weights reach their share", "[bench]") {
  const std::vector<Weighted> rows{{1, 1}, {2, 8}, {10, 1}};
  CHECK(weighted_quantile(rows, 0.1) == 1);
  CHECK(weighted_quantile(rows, 0.5) == 2);
  CHECK(weighted_quantile(rows, 0.9) == 2);
  CHECK(weighted_quantile(rows, 0.95) == 10);
  CHECK_FALSE(weighted_quantile({}, 0.5));
}

TEST_CASE("the least sample that bounds a percentile from above", "[bench]") {
  const auto [q, least] =
      GENERATE(table<double, std::size_t>({{0.5, 5}, {0.9, 29}, {0.95, 59}, {0.99, 299}, {0.999, 2995}}));
  CHECK(least_sample(q, 0.95) == least);
  CHECK(rank_bounds(least, q, 0.95).upper == least - 1);
  CHECK_FALSE(rank_bounds(least - 1, q, 0.95).upper);
}

TEST_CASE("the bounds of a median are ranks of the binomial distribution", "[bench]") {
  // P(Bin(20, 1/2) <= 5) = 0.0207 and <= 6 = 0.0577, so that the sixth value is the lower bound and the fifteenth the
  // upper one.
  const auto bounds = rank_bounds(20, 0.5, 0.95);
  CHECK(bounds.lower == 5);
  CHECK(bounds.upper == 14);
}

TEST_CASE("bounds of proportions are Clopper and Pearson's", "[bench]") {
  // Closed forms: no hit in n gives 1 - 0.05^(1/n), all hits its mirror image.
  CHECK(proportion_bounds(0, 100, 0.95).upper == Approx(0.029513).epsilon(1e-4));
  CHECK(proportion_bounds(0, 100, 0.95).lower == 0);
  CHECK(proportion_bounds(100, 100, 0.95).lower == Approx(0.970487).epsilon(1e-4));
  CHECK(proportion_bounds(100, 100, 0.95).upper == 1);
  // qbeta(0.05, 5, 96) and qbeta(0.95, 6, 95) of R
  CHECK(proportion_bounds(5, 100, 0.95).lower == Approx(0.019914).epsilon(1e-3));
  CHECK(proportion_bounds(5, 100, 0.95).upper == Approx(0.102255).epsilon(1e-3));
  CHECK(proportion_bounds(0, 0, 0.95).upper == 1);
}

TEST_CASE("bounds of a proportion in a large sample are quick and narrow", "[bench]") {
  const auto bounds = proportion_bounds(990'000, 1'000'000, 0.95);
  CHECK(bounds.lower == Approx(0.98983).epsilon(1e-4));
  CHECK(bounds.upper == Approx(0.99016).epsilon(1e-4));
}
