#include "cli/term/visible_text.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

using llmgw::cli::for_terminal;
using llmgw::cli::on_one_line;

TEST_CASE("what steers a terminal is left out of a text", "[cli]") {
  CHECK(for_terminal("a\x1b[31mb\x07\r\x7f") == "a[31mb");
  CHECK(for_terminal("a\u009b31m\u0085b") == "a31mb");
  CHECK(for_terminal("a\u202eb\u2066c\u2069\u200f\u061c") == "abc");
}

TEST_CASE("what can be read stays in a text, byte for byte", "[cli]") {
  const std::string text = "caf\u00e9 \u65e5\u672c \U0001f469\u200d\U0001f680 \u2013\n\tend\u00a0.";
  CHECK(for_terminal(text) == text);
  CHECK(for_terminal("\xe2\x80") == "\xe2\x80");  // cut short, and harmless
}

TEST_CASE("a text for one line has blanks in their place", "[cli]") {
  CHECK(on_one_line("a\r\nb\tc\x1b[m\u202ed") == "a  b c [m d");
}
