#include "core/json/text_joiner.h"

#include <catch2/catch_test_macros.hpp>

#include "core/json/view.h"

namespace llmgw::json {
namespace text_joiner_test {

const std::string high = "\xED\xA0\xBD";
const std::string low = "\xED\xB8\x80";
const std::string emoji = "\xF0\x9F\x98\x80";
const std::string mark = "\xEF\xBF\xBD";

TEST_CASE("text joiner passes whole text on as it is", "[json]") {
  TextJoiner joiner;
  CHECK(joiner.feed("plain") == "plain");
  CHECK(joiner.feed("") == "");
  CHECK(joiner.feed("한글 " + emoji) == "한글 " + emoji);
  CHECK(joiner.feed("\xED\x9E\xA3") == "\xED\x9E\xA3");  // the last Hangul syllable starts with ED too
  CHECK(joiner.flush() == "");
}

TEST_CASE("text joiner joins halves of two pieces", "[json]") {
  TextJoiner joiner;
  CHECK(joiner.feed("a" + high) == "a");
  CHECK(joiner.feed("") == "");
  CHECK(joiner.feed(low + "b") == emoji + "b");
  CHECK(joiner.flush() == "");
  CHECK(joiner.feed(*trusted(R"("\ud83d")").string()) == "");
  CHECK(joiner.feed(*trusted(R"("\ude00")").string()) == emoji);
  CHECK(joiner.feed(high + low) == emoji);
}

TEST_CASE("text joiner marks halves without a partner", "[json]") {
  TextJoiner joiner;
  CHECK(joiner.feed(high) == "");
  CHECK(joiner.feed("x") == mark + "x");
  CHECK(joiner.feed(low + "y") == mark + "y");
  CHECK(joiner.feed(high + high) == mark);
  CHECK(joiner.feed(low) == emoji);
  CHECK(joiner.feed(high + "z" + low) == mark + "z" + mark);
  CHECK(joiner.feed(high) == "");
  CHECK(joiner.flush() == mark);
  CHECK(joiner.flush() == "");
}

}  // namespace text_joiner_test
}  // namespace llmgw::json
