#include "core/base/written_time.h"

#include <catch2/catch_test_macros.hpp>

namespace written_time_test {

TEST_CASE("the Date of an answer is read in the form that servers must send", "[base]") {
  using llmgw::parse_http_date;
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777);
  CHECK(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == 1'483'228'800);
  for (const auto* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("times of RFC 3339 are read with their zone, and without one as UTC", "[base]") {
  using llmgw::parse_rfc3339;
  CHECK(parse_rfc3339("1994-11-06T08:49:37Z") == 784'111'777);
  CHECK(parse_rfc3339("1994-11-06 08:49:37.123456") == 784'111'777);
  CHECK(parse_rfc3339("1994-11-06T10:49:37.5+02:00") == 784'111'777);
  CHECK(parse_rfc3339("1994-11-06T03:19:37-05:30") == 784'111'777);
  for (const auto* text : {"", "1994-11-06", "1994-13-06T08:49:37Z", "1994-11-06T08:49:37+2", "1994-11-06T08:49:37X",
                           "1994-11-06x08:49:37Z", "94-11-06T08:49:37Z  "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("the times of certificates are read as OpenSSL prints them", "[base]") {
  using llmgw::parse_certificate_time;
  CHECK(parse_certificate_time("Nov  6 08:49:37 1994 GMT") == 784'111'777);
  CHECK(parse_certificate_time("Jan 01 00:00:00 1970 GMT") == 0);
  for (const auto* text : {"", "Nov 31 08:49:37 1994 GMT", "Nov  6 08:49:37 1994 UTC", "1994-11-06 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_certificate_time(text));
  }
}

TEST_CASE("a written duration keeps whether it had a unit", "[base]") {
  const auto bare = llmgw::read_duration("2.5");
  REQUIRE(bare);
  CHECK_FALSE(bare->unit);
  CHECK(bare->ns(std::chrono::milliseconds(1)) == 2.5e6);
  const auto named = llmgw::read_duration("250us");
  REQUIRE(named);
  CHECK(named->ns(std::chrono::hours(1)) == 250e3);
  for (const auto* wrong : {"", "us", "1 ms", "0x1ms", "nanms", "-1"}) CHECK_FALSE(llmgw::read_duration(wrong));
}

}  // namespace written_time_test
