#include "core/health/scrape.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>

#include "healthy.h"

namespace health_scrape_test {

using namespace llmgw;
using namespace llmgw::health;

const LoadMetrics& vllm_load() { return find_kind("vllm")->load; }

TEST_CASE("a scrape keeps the series that rates need and no others", "[health]") {
  const ManualClock clock;
  const auto scrape = scrape_of(healthy::page("vllm:num_preemptions_total{engine=\"0\",model_name=\"a\\\"b\"} 7\n"
                                              "vllm:num_requests_waiting 2\n"
                                              "vllm:prompt_tokens_total 12345\n"
                                              "process_start_time_seconds 1.5e9\n"),
                                vllm_load(), clock);
  CHECK(scrape.unix_s == clock.unix_s());
  const auto page = metrics::Exposition::parse(scrape.page);
  CHECK(page.malformed_lines() == 0);
  CHECK(page.all().size() == 3);
  CHECK(page.value("vllm:num_preemptions_total", {{"model_name", "a\"b"}}) == 7);
  CHECK(page.value("process_start_time_seconds") == 1.5e9);
}

TEST_CASE("a page without such series leaves nothing to keep", "[health]") {
  CHECK(scrape_of(healthy::page("other 1\nprocess_start_time_seconds 5\n"), vllm_load(), ManualClock()).page.empty());
}

TEST_CASE("a scrape is good for an hour, and from one second on", "[health]") {
  using namespace std::chrono_literals;
  ManualClock clock;
  const auto scrape = scrape_of(healthy::page("vllm:num_requests_waiting 2\n"), vllm_load(), clock);
  CHECK_FALSE(age_of(scrape, clock));
  clock.advance(1500ms);
  CHECK(age_of(scrape, clock) == 1.5);
  clock.advance(3598s);
  CHECK(age_of(scrape, clock) == 3599.5);
  clock.advance(2s);
  CHECK_FALSE(age_of(scrape, clock));
}

TEST_CASE("after a boot of the machine only the wall clock counts", "[health]") {
  ManualClock clock;
  clock.advance(std::chrono::seconds(100));
  const Scrape scrape{clock.unix_s() - 60, 5'000'000'000'000, "x 1\n"};
  CHECK(age_of(scrape, clock) == 60);
  CHECK_FALSE(age_of({clock.unix_s() + 60, 0, ""}, clock));
}

TEST_CASE("another start of the process, or a counter that fell, is another run", "[health]") {
  const auto page = [](std::string_view text) { return healthy::page(text); };
  const auto& names = vllm_load();
  CHECK(same_run(page("vllm:num_preemptions_total 1\n"), page("vllm:num_preemptions_total 1\n"), names));
  CHECK_FALSE(same_run(page("vllm:num_preemptions_total 2\n"), page("vllm:num_preemptions_total 1\n"), names));
  CHECK_FALSE(same_run(page("process_start_time_seconds 1\n"), page("process_start_time_seconds 2\n"), names));
}

}  // namespace health_scrape_test
