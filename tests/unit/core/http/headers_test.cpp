#include "core/http/headers.h"

#include <catch2/catch_test_macros.hpp>

#include "core/http/message.h"

namespace llmgw::http {
namespace headers_test {

TEST_CASE("http header names are compared without letter case", "[http]") {
  CHECK(same_name("Content-TYPE", "content-type"));
  CHECK_FALSE(same_name("content-type", "content-typo"));
  CHECK_FALSE(same_name("a", "ab"));
  CHECK_FALSE(same_name("[", "{"));  // these differ in the bit that letters' case differs in
  CHECK(same_name("", ""));
}

TEST_CASE("http headers keep order and repetitions", "[http]") {
  Headers headers;
  headers.add("B", "1");
  headers.add("a", "2");
  headers.add("b", "3");
  CHECK(headers.size() == 3);
  CHECK(headers.get("b") == "1");
  CHECK(headers.joined("b") == "1, 3");
  CHECK_FALSE(headers.get("c"));
  CHECK(headers.joined("c") == "");
  headers.set("B", "9");
  CHECK(headers.size() == 2);
  CHECK(headers.begin()->value == "9");
  headers.set("new", "x");
  CHECK(headers.get("NEW") == "x");
  headers.erase("B");
  CHECK_FALSE(headers.contains("b"));
  CHECK(headers.size() == 2);
  headers.add("empty", "");
  headers.add("empty", "");
  CHECK(headers.joined("empty") == ", ");
  headers.clear();
  CHECK(headers.size() == 0);
}

TEST_CASE("http headers take no line that a reader would see as another or as several", "[http]") {
  Headers headers;
  headers.add("a", "1\r\nx: 2");
  headers.add("b", std::string_view("1\0", 2));
  headers.add("c d", "1");
  headers.add("e:", "1");
  headers.add("", "1");
  CHECK(headers.size() == 0);
  headers.add("f", "1");
  headers.set("f", "2\n");
  CHECK_FALSE(headers.contains("f"));
  headers.set("g", "2\r");
  CHECK(headers.size() == 0);
}

TEST_CASE("http headers hold each line as a message carries it", "[http]") {
  Headers headers;
  headers.add("a", "1");
  headers.add("b", "");
  headers.add("c", "3");
  headers.set("a", "longer than before");
  std::string wire;
  for (const auto& line : headers) wire += line.wire;
  CHECK(wire == "a: longer than before\r\nb: \r\nc: 3\r\n");
  const Headers copy = headers;
  headers.erase({"A", "C"});
  CHECK(headers.size() == 1);
  CHECK(headers.begin()->name == "b");
  CHECK(copy.get("a") == "longer than before");
}

TEST_CASE("http headers look for a token in lists", "[http]") {
  Headers headers;
  headers.add("Connection", "keep-alive,\tUpgrade");
  headers.add("connection", " , close ");
  CHECK(headers.lists("connection", "CLOSE"));
  CHECK(headers.lists("connection", "upgrade"));
  CHECK(headers.lists("connection", "keep-alive"));
  CHECK_FALSE(headers.lists("connection", "keep"));
  CHECK_FALSE(headers.lists("te", "close"));
}

TEST_CASE("http status codes have names", "[http]") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(431) == "Request Header Fields Too Large");
  CHECK(reason_phrase(529) == "Overloaded");
  CHECK(reason_phrase(299) == "Unknown");
}

}  // namespace headers_test
}  // namespace llmgw::http
