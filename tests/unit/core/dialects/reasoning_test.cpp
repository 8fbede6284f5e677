#include "core/dialects/reasoning.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;

TEST_CASE("reasoning: an effort becomes a share of the output limit", "[dialects]") {
  struct Row {
    std::string_view effort;
    std::int64_t max_output;
    std::optional<std::int64_t> budget;
  };
  const auto row =
      GENERATE(Row{"none", 32000, std::nullopt}, Row{"strange", 32000, std::nullopt}, Row{"minimal", 100000, 2000},
               Row{"minimal", 32000, 1024}, Row{"low", 32000, 3200}, Row{"medium", 32000, 9600},
               Row{"high", 32000, 19200}, Row{"xhigh", 32000, 28800}, Row{"max", 32000, 30400},
               Row{"low", 1024, std::nullopt}, Row{"low", 1025, 1024}, Row{"max", 1030, 1024}, Row{"high", 4096, 2457});
  CHECK(dialect::effort_to_budget(row.effort, row.max_output) == row.budget);
}

TEST_CASE("reasoning: a budget becomes an effort by its share, or by its size", "[dialects]") {
  struct Row {
    std::int64_t budget;
    std::optional<std::int64_t> max_output;
    std::string_view effort;
  };
  const auto row =
      GENERATE(Row{0, std::nullopt, "none"}, Row{-1, 1000, "medium"}, Row{500, 10000, "minimal"},
               Row{600, 10000, "low"}, Row{1999, 10000, "low"}, Row{2000, 10000, "medium"}, Row{4500, 10000, "high"},
               Row{7500, 10000, "xhigh"}, Row{1023, std::nullopt, "minimal"}, Row{1024, std::nullopt, "low"},
               Row{4096, std::nullopt, "medium"}, Row{16384, std::nullopt, "high"}, Row{32768, std::nullopt, "xhigh"});
  CHECK(dialect::budget_to_effort(row.budget, row.max_output) == row.effort);
}

TEST_CASE("reasoning: an effort survives the way over a budget", "[dialects]") {
  const std::string_view effort = GENERATE("low", "medium", "high", "xhigh");
  const std::int64_t max_output = GENERATE(16000, 32000, 128000);
  const auto budget = dialect::effort_to_budget(effort, max_output);
  REQUIRE(budget);
  CHECK(dialect::budget_to_effort(*budget, max_output) == effort);
}

TEST_CASE("reasoning: a wish is told in either word, however it was given", "[dialects]") {
  ir::ReasoningRequest wish;
  CHECK(dialect::effort_of(wish, 8000) == "medium");
  wish.adaptive = true;
  CHECK(dialect::effort_of(wish, 8000) == "high");
  wish.budget = 1024;
  CHECK(dialect::effort_of(wish, 8000) == "low");
  CHECK(dialect::budget_of(wish, 8000) == 1024);
  CHECK(dialect::budget_of(wish, 1024) == std::nullopt);
  wish.budget = 9000;
  CHECK(dialect::budget_of(wish, 8000) == 7999);
  wish.budget.reset();
  wish.effort = "high";
  CHECK(dialect::budget_of(wish, 8000) == 4800);
  wish.enabled = false;
  CHECK(dialect::effort_of(wish, 8000) == "none");
  CHECK(dialect::budget_of(wish, 8000) == std::nullopt);
}
