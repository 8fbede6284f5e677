#include <catch2/catch_test_macros.hpp>

#include "../program.h"
#include "cli/exit_code.h"

TEST_CASE("help tells commands apart from topics and suggests the nearest", "[cli]") {
  CHECK(program::run({"help", "ask"}).out == program::run({"ask", "--help"}).out);
  CHECK(program::run({"help", "config", "show"}).out.starts_with("llmgw config show - "));
  const auto wrong = program::run({"help", "exit-code"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err.contains("llmgw help exit-codes"));
}

TEST_CASE("help exit-codes lists the whole table", "[cli]") {
  const auto text = program::run({"help", "exit-codes"}).out;
  for (const auto& row : llmgw::cli::exit_codes()) CHECK(text.contains(row.when));
}

TEST_CASE("help environment lists variables of options and of its own", "[cli]") {
  const auto text = program::run({"help", "environment"}).out;
  for (const auto* name : {"LLMGW_CONFIG", "LLMGW_PROFILE", "LLMGW_BASE_URL", "LLMGW_MODEL", "LLMGW_API_KEY_FILE",
                           "LLMGW_API_KEY", "LLMGW_TOKEN", "NO_COLOR"}) {
    INFO(name);
    CHECK(text.contains(std::string(name) + "\n"));
  }
}
