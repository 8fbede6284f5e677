#include "proxy/server/body_budget.h"

#include <catch2/catch_test_macros.hpp>

using llmgw::server::BodyBudget;
using llmgw::server::BodyShare;

TEST_CASE("bodies take of one budget and give back what they took", "[server]") {
  constexpr std::size_t k = 1024;
  BodyBudget budget(1000 * k);
  BodyShare one(&budget);
  CHECK(one.hold(BodyBudget::small));
  CHECK(budget.taken() == 0);  // small bodies are not counted
  CHECK(one.hold(600 * k));
  {
    BodyShare other(&budget);
    CHECK(other.hold(400 * k));
    CHECK_FALSE(other.hold(400 * k + 1));
    CHECK(budget.taken() == 1000 * k);  // what is refused leaves the share as it was
    CHECK(one.hold(500 * k));
    CHECK(other.hold(500 * k));
  }
  CHECK(budget.taken() == 500 * k);
  CHECK(one.hold(0));
  CHECK(budget.taken() == 0);
}

TEST_CASE("without a budget every body has room", "[server]") {
  BodyShare share(nullptr);
  CHECK(share.hold(std::size_t{1} << 40U));
}
