#include "cli/roff.h"

#include <catch2/catch_test_macros.hpp>

using namespace llmgw::cli;

TEST_CASE("roff keeps hyphens, backslashes and leading dots as they are", "[cli]") {
  CHECK(roff::escaped("a-b\\c") == "a\\-b\\ec");
  roff::Page page("llmgw-x", "a page");
  page.text(".dot\n'quote");
  const auto text = page.take();
  CHECK(text.find("\n\\&.dot\n\\&'quote\n") != std::string::npos);
  CHECK(text.find(".TH LLMGW\\-X 1 ") != std::string::npos);
}

TEST_CASE("indented lines stay lines", "[cli]") {
  roff::Page page("x", "y");
  page.text("before\n\n  one\n  two\n\nafter");
  CHECK(page.take().ends_with("before\n.PP\n.nf\n  one\n  two\n.fi\n.PP\nafter\n"));
}
