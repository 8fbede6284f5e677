#include "proxy/pipeline/applied.h"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("applied lists name and value and masks what a header cannot hold", "[applied]") {
  llmgw::proxy::Applied applied;
  CHECK(applied.empty());
  applied.add("alias", "a b\r\nx, y");
  applied.add("max_tokens_capped", "5");
  CHECK(applied.text() == "alias=a_b__x__y, max_tokens_capped=5");
}
