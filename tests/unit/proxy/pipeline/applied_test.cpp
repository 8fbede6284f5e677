#include "proxy/pipeline/applied.h"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("applied lists name and value and masks what a header cannot hold", "[applied]") {
  llmgw::proxy::Applied applied;
  CHECK(applied.empty());
  applied.add("alias", "a b\r\nx, y");
  applied.add("max_tokens_capped", "5");
  CHECK(applied.text() == "alias=a_b__x__y, max_tokens_capped=5");
}

TEST_CASE("what every attempt applies again is listed once", "[applied]") {
  llmgw::proxy::Applied applied;
  applied.add("billing_header", "dropped");
  applied.add("max_tokens_capped", "5");
  applied.add("billing_header", "dropped");
  applied.add("max_tokens_capped", "4");
  CHECK(applied.text() == "billing_header=dropped, max_tokens_capped=4");
}
