#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/metrics/shard.h"

namespace metrics = llmgw::metrics;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the metrics page sums the shards of all workers", "[metrics]") {
  metrics::Shard one;
  metrics::Shard two;
  one.request(metrics::Endpoint::chat, nullptr, 0.02);
  two.request(metrics::Endpoint::chat, nullptr, 0.2);
  llmgw::Error error;
  error.code = llmgw::Errc::timeout;
  two.request(metrics::Endpoint::messages, &error, 1.0);
  const std::vector<const metrics::Shard*> shards{&one, &two};
  const auto page = metrics::Page(shards).text("1.2.3", 99);
  CHECK_THAT(page, ContainsSubstring("llmgw_requests_total{endpoint=\"chat\",outcome=\"ok\"} 2\n"));
  CHECK_THAT(page, ContainsSubstring("llmgw_requests_total{endpoint=\"messages\",outcome=\"timeout\"} 1\n"));
  CHECK_THAT(page, ContainsSubstring("llmgw_request_duration_seconds_bucket{endpoint=\"chat\",le=\"0.025\"} 1\n"));
  CHECK_THAT(page, ContainsSubstring("llmgw_request_duration_seconds_bucket{endpoint=\"chat\",le=\"+Inf\"} 2\n"));
  CHECK_THAT(page, ContainsSubstring("llmgw_request_duration_seconds_count{endpoint=\"chat\"} 2\n"));
  CHECK_THAT(page, ContainsSubstring("llmgw_build_info{version=\"1.2.3\"} 1\n"));
}

TEST_CASE("every metric has its row at its own place", "[metrics]") {
  for (std::size_t i = 0; i < metrics::table().size(); ++i) {
    CHECK(static_cast<std::size_t>(metrics::table()[i].metric) == i);
  }
}

TEST_CASE("every error class has an outcome label", "[metrics]") {
  CHECK(metrics::row(metrics::Metric::upstream_attempts).values.size() == 1 + llmgw::error_classes().size());
}
