#include "proxy/sim/reference.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

#include "core/base/files.h"

using namespace llmgw;

TEST_CASE("docs/sim.md is what the list of settings says", "[sim][reference]") {
  const std::string path = std::string(LLMGW_SOURCE_DIR) + "/docs/sim.md";
  const auto page = sim::reference_page();
  if (std::getenv("LLMGW_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, page, FileMode::shared));
  const auto written = read_file(path);
  REQUIRE(written);
  CHECK(*written == page);
}
