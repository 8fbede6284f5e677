#include "core/metrics/exposition_increase.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

using llmgw::metrics::Exposition;
using llmgw::metrics::increase;

namespace exposition_increase_test {

Exposition read(std::string_view text) { return Exposition::parse(std::string(text)); }

TEST_CASE("a counter's increase is the sum over its series", "[metrics]") {
  const auto before = read("process_start_time_seconds 5\nn_total{e=\"0\",m=\"x\"} 10\nn_total{e=\"1\",m=\"x\"} 20\n");
  const auto after = read("process_start_time_seconds 5\nn_total{m=\"x\",e=\"1\"} 25\nn_total{e=\"0\",m=\"x\"} 11\n");
  CHECK(increase(before, after, "n").by == 6);
  CHECK(increase(before, after, "n_total", {{"e", "1"}}).by == 5);
  CHECK_FALSE(increase(before, after, "n").restarted);
}

TEST_CASE("a series that is new counts from nothing", "[metrics]") {
  const auto grown = increase(read("n{r=\"a\"} 1\n"), read("n{r=\"a\"} 1\nn{r=\"b\"} 3\n"), "n");
  CHECK(grown.by == 3);
  CHECK_FALSE(grown.restarted);
}

TEST_CASE("an increase over another process is none", "[metrics]") {
  const auto grown =
      increase(read("process_start_time_seconds 5\nn 1\n"), read("process_start_time_seconds 6\nn 9\n"), "n");
  CHECK(grown.restarted);
  CHECK_FALSE(grown.by);
}

TEST_CASE("a counter that shrinks or loses a series tells of a restart", "[metrics]") {
  CHECK(increase(read("n 5\n"), read("n 4\n"), "n").restarted);
  CHECK(increase(read("n{e=\"0\"} 5\nn{e=\"1\"} 5\n"), read("n{e=\"0\"} 50\nn{e=\"1\"} 4\n"), "n").restarted);
  CHECK(increase(read("n{e=\"0\"} 5\nn{e=\"1\"} 5\n"), read("n{e=\"0\"} 5\n"), "n").restarted);
  CHECK(increase(read("n{e=\"0\"} 5\nn{e=\"1\"} 5\n"), read("n{e=\"1\"} 5\n"), "n").restarted);
}

TEST_CASE("a counter that one page lacks has no increase", "[metrics]") {
  CHECK_FALSE(increase(read("n 5\n"), read("m 5\n"), "n").by);
  CHECK_FALSE(increase(read("m 5\n"), read("n 5\n"), "n").by);
  CHECK_FALSE(increase(read("m 5\n"), read("n 5\n"), "n").restarted);
}

}  // namespace exposition_increase_test
