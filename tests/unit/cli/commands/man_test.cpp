#include <catch2/catch_test_macros.hpp>

#include "../program.h"

TEST_CASE("man prints a page by the name of its command or of its file", "[cli]") {
  const auto page = program::run({"man", "ask"}).out;
  CHECK(page.contains(".TH LLMGW\\-ASK 1"));
  CHECK(program::run({"man", "llmgw-ask"}).out == page);
  CHECK(program::run({"man", "llmgw-ask.1"}).out == page);
  CHECK(program::run({"man"}).out.contains(".SH EXIT STATUS"));
  CHECK(program::run({"man", "nothing"}).code == 5);
}
