#include <catch2/catch_test_macros.hpp>

#include "../program.h"
#include "proxy/sim/behaviour.h"

TEST_CASE("sim has an option for each setting that is one, and lists the others", "[cli]") {
  const auto help = program::run({"sim", "--help"}).out;
  for (const auto& row : llmgw::sim::setting_rows()) {
    INFO(row.name);
    CHECK(help.contains((row.option ? "--" : "  ") + std::string(row.name)));
  }
}

TEST_CASE("sim refuses wrong settings before it listens", "[cli]") {
  CHECK(program::run({"sim", "--ttft", "soon"}).code == 2);
  CHECK(program::run({"sim", "--set", "krlf"}).err.contains("did you mean \"crlf\""));
  CHECK(program::run({"sim", "--fault", "2:fin"}).code == 2);
  CHECK(program::run({"sim", "--fault", "0.5:nonsense"}).code == 2);
  CHECK(program::run({"sim", "--key-env", "UNSET"}).code == 3);
  CHECK(program::run({"sim", "--listen", "nowhere"}).code == 2);
}
