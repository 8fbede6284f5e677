#include "cli/failure.h"

#include <catch2/catch_test_macros.hpp>

#include "cli/exit_code.h"
#include "cli/term/output.h"

using namespace llmgw;
using namespace llmgw::cli;

TEST_CASE("a failure is told with its cause and what to try", "[cli]") {
  Failure failure(Errc::authentication, "no key", "llmgw help");
  failure.cause = "HTTP 401";
  StringOutput out;
  report(out, failure, ReportStyle::people);
  CHECK(out.text() == "llmgw: error: no key\n  cause: HTTP 401\n  try: llmgw help\n");
  CHECK(failure.exit() == 4);
}

TEST_CASE("what a server said cannot steer the terminal", "[cli]") {
  StringOutput out;
  report(out, Failure(Errc::upstream_error, "bad\x1b[2J\r\nline"), ReportStyle::people);
  CHECK(out.text() == "llmgw: error: bad [2J  line\n");
}

TEST_CASE("every class of error has an exit code of the table", "[cli]") {
  for (const auto& row : error_classes()) {
    INFO(row.name);
    CHECK(exit_code_row(row.exit_code).code == row.exit_code);
  }
}
