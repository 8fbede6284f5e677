#include "core/base/base64.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;

TEST_CASE("base64: the vectors of RFC 4648 in both alphabets", "[base]") {
  struct Row {
    std::string_view bytes;
    std::string_view padded;
    std::string_view url;
  };
  const auto row =
      GENERATE(Row{"", "", ""}, Row{"f", "Zg==", "Zg"}, Row{"fo", "Zm8=", "Zm8"}, Row{"foo", "Zm9v", "Zm9v"},
               Row{"foobar", "Zm9vYmFy", "Zm9vYmFy"}, Row{"\xFB\xEF\xFF", "++//", "--__"});
  CHECK(base64url(row.bytes) == row.url);
  CHECK(from_base64(row.padded) == row.bytes);
  CHECK(from_base64(row.url) == row.bytes);
  CHECK(is_base64(row.padded));
}

TEST_CASE("base64: what is none is refused", "[base]") {
  const std::string_view text = GENERATE("Z", "Zg=v", "Zm 9", "Zm9v!", "=", "Zg=", "Z===");
  CHECK_FALSE(is_base64(text));
  CHECK_FALSE(from_base64(text).has_value());
}

TEST_CASE("base64: the head of a file can be had alone", "[base]") {
  CHECK(from_base64("Zm9vYmFy", 2) == "fo");
  CHECK(from_base64("Zm9v!!!!", 3) == "foo");
}
