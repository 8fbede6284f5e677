#include "proxy/sim/world.h"

#include <catch2/catch_test_macros.hpp>

using namespace llmgw;

namespace sim_world_test {

Error error_of(const sim::SimOptions& options) {
  auto world = sim::make_world(options);
  if (world) FAIL("the options were taken");
  return world.error();
}

TEST_CASE("the usual answer is what the options say", "[sim]") {
  sim::SimOptions options;
  options.settings = {{"out-len", "7"}, {"crlf", ""}};
  options.faults = {{"status=503", 0.5}};
  options.key = "k";
  const auto world = sim::make_world(options);
  REQUIRE(world);
  CHECK((*world)->usual.out_len.mean == 7);
  CHECK((*world)->usual.crlf);
  CHECK((*world)->faults.size() == 1);
  CHECK((*world)->key.equals("k"));
  CHECK((*world)->truth == nullptr);
}

TEST_CASE("options win over the scenario's settings", "[sim]") {
  sim::SimOptions options;
  options.scenario = std::string(LLMGW_SOURCE_DIR) + "/examples/sim/bad_day.toml";
  options.settings = {{"reasoning", "1"}};
  const auto world = sim::make_world(options);
  REQUIRE(world);
  CHECK((*world)->usual.reasoning == 1);
  CHECK((*world)->usual.ttft.mean == 80e6);
  CHECK((*world)->faults.size() == 4);
}

TEST_CASE("wrong options are refused as such", "[sim]") {
  sim::SimOptions options;
  options.settings = {{"ttft", "soon"}};
  CHECK(error_of(options).code == Errc::usage);
  options = {};
  options.faults = {{"status=999", 1}};
  CHECK(error_of(options).code == Errc::usage);
  options.faults = {{"status=500", 1.5}};
  CHECK(error_of(options).message.find("probability") != std::string::npos);
  options = {};
  options.models.clear();
  CHECK(error_of(options).param == "model");
  options = {};
  options.threads = 0;
  CHECK(error_of(options).param == "threads");
  options = {};
  options.time_scale = -1;
  CHECK(error_of(options).param == "time-scale");
  options = {};
  options.scenario = "/dev/null/s.toml";
  CHECK(error_of(options).code == Errc::config);
  options = {};
  options.truth = "/dev/null/t.jsonl";
  CHECK(error_of(options).code == Errc::config);
}

}  // namespace sim_world_test
