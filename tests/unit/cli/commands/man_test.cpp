#include <catch2/catch_test_macros.hpp>

#include "../program.h"
#include "core/config/keys.h"

TEST_CASE("man prints a page by the name of its command or of its file", "[cli]") {
  const auto page = program::run({"man", "ask"}).out;
  CHECK(page.contains(".TH LLMGW\\-ASK 1"));
  CHECK(program::run({"man", "llmgw-ask"}).out == page);
  CHECK(program::run({"man", "llmgw-ask.1"}).out == page);
  CHECK(program::run({"man"}).out.contains(".SH EXIT STATUS"));
  CHECK(program::run({"man", "llmgw.toml"}).out.contains(".TH LLMGW.TOML 5 "));
  CHECK(program::run({"man", "nothing"}).code == 5);
}

TEST_CASE("llmgw.toml(5) tells every section and every key of the configuration", "[cli]") {
  const auto page = program::run({"man", "llmgw.toml"}).out;
  for (const auto& section : llmgw::config::sections()) CHECK(page.contains("[" + std::string(section.path)));
  for (const auto& key : llmgw::config::keys()) {
    INFO(key.section << " " << key.name);
    CHECK(page.contains("\\fB" + std::string(key.name) + "\\fR = "));
  }
}
