#include <catch2/catch_test_macros.hpp>

#include "../program.h"
#include "core/json/view.h"

TEST_CASE("version, --version and -V agree", "[cli]") {
  const auto text = program::run({"version"}).out;
  CHECK(text == "llmgw " LLMGW_VERSION "\n");
  CHECK(program::run({"--version"}).out == text);
  CHECK(program::run({"-V"}).out == text);
  const auto ran = program::run({"version", "--json"});
  const auto json = llmgw::json::parse(ran.out);
  REQUIRE(json);
  CHECK((*json)["version"].equals(LLMGW_VERSION));
}
