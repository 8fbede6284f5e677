#include "core/http/deflate.h"

#include <catch2/catch_test_macros.hpp>

#include "core/http/inflate.h"

using namespace llmgw;

TEST_CASE("a reader restores every piece as soon as it is fed", "[http]") {
  http::Gzip gzip;
  http::Inflater inflater;
  std::string plain;
  std::string expected;
  for (const auto& piece : {std::string("data: {}\n\n"), std::string(), std::string(100'000, 'x')}) {
    std::string packed;
    gzip.feed(piece, packed);
    expected += piece;
    REQUIRE(inflater.feed(packed, plain, std::size_t{1} << 20U));
    CHECK(plain == expected);
    CHECK_FALSE(inflater.complete());
  }
  std::string end;
  gzip.finish(end);
  REQUIRE(inflater.feed(end, plain, std::size_t{1} << 20U));
  CHECK(inflater.complete());
  CHECK(plain == expected);
}
