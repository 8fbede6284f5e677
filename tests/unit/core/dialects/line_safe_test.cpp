#include "core/dialects/line_safe.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;

TEST_CASE("line-safe text: three separators are escaped, their neighbours stay", "[dialects]") {
  struct Row {
    std::string_view text;
    std::string_view expected;
  };
  const auto row = GENERATE(Row{"", ""}, Row{"plain", "plain"}, Row{"\xE2\x80\xA8", "\\u2028"},
                            Row{"a\xE2\x80\xA9z", "a\\u2029z"}, Row{"\xC2\x85\xC2\x85", "\\u0085\\u0085"},
                            Row{"\xE2\x80\x93\xC3\xA9\xC2\xA0\xE2\x80", "\xE2\x80\x93\xC3\xA9\xC2\xA0\xE2\x80"},
                            Row{"\xC2\x85-\xE2\x80\xA8-\xC2\x85", "\\u0085-\\u2028-\\u0085"});
  std::string out = "> ";
  dialect::append_line_safe(out, row.text);
  CHECK(out == "> " + std::string(row.expected));
}

TEST_CASE("line-safe text: a value is written on one line", "[dialects]") {
  std::string out;
  dialect::append_one_line(out, "{\n  \"a\" : \"x \xE2\x80\xA8\",\r\n \"b\": [ ] }");
  CHECK(out == "{\"a\":\"x \\u2028\",\"b\":[]}");
}
