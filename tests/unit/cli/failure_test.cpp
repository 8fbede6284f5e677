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

TEST_CASE("no mark of a server's text reaches the terminal", "[cli]") {
  StringOutput out;
  report(out, Failure(Errc::upstream_error, "a\u009b31mb\u202ec"), ReportStyle::people);
  CHECK(out.text() == "llmgw: error: a 31mb c\n");
}

TEST_CASE("every problem of a configuration has a line of its own", "[cli]") {
  StringOutput out;
  report(out, Failure(Errc::config, "f.toml:1:1: one\nf.toml:2:1: two"), ReportStyle::people);
  CHECK(out.text() == "llmgw: error: f.toml:1:1: one\nllmgw: error: f.toml:2:1: two\n");
}

TEST_CASE("every class of error has an exit code of the table", "[cli]") {
  for (const auto& row : error_classes()) {
    INFO(row.name);
    CHECK(exit_code_row(row.exit_code).code == row.exit_code);
  }
}
