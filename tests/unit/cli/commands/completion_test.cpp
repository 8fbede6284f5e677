#include <catch2/catch_test_macros.hpp>

#include "../program.h"

TEST_CASE("completion prints a script for each shell and needs one", "[cli]") {
  CHECK(program::run({"completion", "bash"}).out.contains("complete -F _llmgw llmgw"));
  CHECK(program::run({"completion", "zsh"}).out.starts_with("#compdef llmgw"));
  CHECK(program::run({"completion", "fish"}).out.contains("complete -c llmgw"));
  CHECK(program::run({"completion"}).code == 2);
  CHECK(program::run({"completion", "tcsh"}).err.contains("bash, zsh, fish"));
}
