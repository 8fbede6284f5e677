#include "cli/parse.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "program.h"

using namespace llmgw;
using namespace llmgw::cli;

namespace parse_test {

constexpr OptionSpec name{.name = "name", .letter = 'n', .kind = ValueKind::text, .value = "NAME"};
constexpr OptionSpec stop{.name = "stop", .kind = ValueKind::text, .value = "TEXT", .repeatable = true};
constexpr OptionSpec loud{.name = "loud", .letter = 'l'};
constexpr OptionSpec count{.name = "count", .kind = ValueKind::integer, .value = "N", .least = 1};
constexpr OptionSpec map{.name = "map", .kind = ValueKind::pair, .value = "FROM=TO", .repeatable = true};
constexpr std::array<const OptionSpec*, 5> options{&name, &stop, &loud, &count, &map};
constexpr CommandSpec no_command{};

RawLine split(const std::vector<std::string>& tokens) {
  auto line = split_line(options, tokens);
  REQUIRE(line);
  return *line;
}

Arguments arguments(const std::vector<std::string>& tokens) {
  Arguments out(no_command);
  auto line = split(tokens);
  for (auto& [option, values] : line.values) out.set(*option, values);
  out.set_words(line.words);
  return out;
}

}  // namespace parse_test

using parse_test::arguments;

TEST_CASE("options and words may be mixed", "[cli]") {
  const auto given = arguments({"tell", "-n", "x", "me", "--stop=a", "--stop", "b", "-l", "more"});
  CHECK(given.words() == std::vector<std::string>{"tell", "me", "more"});
  CHECK(given.text(parse_test::name) == "x");
  CHECK(given.all(parse_test::stop) == std::vector<std::string>{"a", "b"});
  CHECK(given.has(parse_test::loud));
}

TEST_CASE("values and words are kept as they were typed", "[cli]") {
  const auto given = arguments({"[1,2]", "--name", "[a,b]", "--stop", "--loud", "--stop=", "--map", "a=b=c", "-"});
  CHECK(given.words() == std::vector<std::string>{"[1,2]", "-"});
  CHECK(given.text(parse_test::name) == "[a,b]");
  CHECK(given.all(parse_test::stop) == std::vector<std::string>{"--loud", ""});
  CHECK_FALSE(given.has(parse_test::loud));
  CHECK(given.pairs(parse_test::map) == std::vector<std::pair<std::string, std::string>>{{"a", "b=c"}});
}

TEST_CASE("after two dashes everything is a word", "[cli]") {
  const auto given = arguments({"--loud", "--", "--name", "-l", "--"});
  CHECK(given.words() == std::vector<std::string>{"--name", "-l", "--"});
  CHECK_FALSE(given.has(parse_test::name));
}

TEST_CASE("the last value of a single option counts, and short options take attached values", "[cli]") {
  CHECK(arguments({"--name=a", "-nb"}).text(parse_test::name) == "b");
  CHECK(arguments({"-ln", "c"}).text(parse_test::name) == "c");
}

TEST_CASE("a missing value and a value of a switch are usage errors", "[cli]") {
  const auto missing = split_line(parse_test::options, std::vector<std::string>{"--name"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message == "--name needs a value");
  const auto valued = split_line(parse_test::options, std::vector<std::string>{"--loud=3"});
  REQUIRE_FALSE(valued);
  CHECK(valued.error().message == "--loud takes no value");
}

TEST_CASE("unknown flags are told from words", "[cli]") {
  const auto line = parse_test::split({"a", "--nmae", "b", "-z", "-5"});
  CHECK(line.unknown == std::vector<std::string>{"--nmae", "-z"});
  CHECK(line.words == std::vector<std::string>{"a", "b", "-5"});
}

TEST_CASE("values are checked against their kind", "[cli]") {
  CHECK(check_value(parse_test::count, "3"));
  for (const auto* wrong : {"0", "-1", "3.5", "", "3x", "99999999999999999999"}) {
    CHECK_FALSE(check_value(parse_test::count, wrong));
  }
  CHECK(check_value(parse_test::count, "0").error().message == "--count: \"0\" is not at least 1");
  CHECK_FALSE(check_value(parse_test::map, "nothing"));
  CHECK_FALSE(check_value(parse_test::map, "=b"));
}

TEST_CASE("a value that may be left out is taken where one follows", "[cli]") {
  CHECK(program::run({"health", "--watch", "soon", "--probe", "liveness"}).err.contains("--watch and --probe"));
  CHECK(program::run({"health", "--watch", "2s", "--probe", "liveness"}).err.contains("--watch and --probe"));
  CHECK(program::run({"health", "--probe", "liveness", "--watch"}).err.contains("--watch and --probe"));
  CHECK(program::run({"health", "--watch=x"}).err.contains("is not a time"));
}

TEST_CASE("unknown commands and flags suggest the nearest name and exit 2", "[cli]") {
  const auto command = program::run({"versoin"});
  CHECK(command.code == 2);
  CHECK(command.out.empty());
  CHECK(command.err == "llmgw: error: there is no command \"versoin\" in llmgw\n  try: llmgw version\n");
  const auto flag = program::run({"version", "--jsno"});
  CHECK(flag.code == 2);
  CHECK(flag.err == "llmgw: error: llmgw version has no option --jsno\n  try: --json\n");
}

TEST_CASE("an unknown letter suggests no flag that is none", "[cli]") {
  const auto ran = program::run({"ask", "-z", "hi"});
  CHECK(ran.code == 2);
  CHECK(ran.err == "llmgw: error: llmgw ask has no option -z\n  try: llmgw ask --help\n");
}

TEST_CASE("options may stand before the command", "[cli]") {
  const auto ran = program::run({"-o", "json", "version"});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("{\"name\":\"llmgw\""));
}

TEST_CASE("usage errors are JSON where JSON was asked for", "[cli]") {
  const auto ran = program::run({"version", "-o", "json", "extra"});
  CHECK(ran.code == 2);
  CHECK(ran.err.starts_with("{\"error\":{\"class\":\"usage\",\"exit_code\":2,"));
  CHECK(std::ranges::count(ran.err, '\n') == 1);
}

TEST_CASE("help is shown although the rest of the line is wrong", "[cli]") {
  const auto ran = program::run({"version", "--bogus", "--help"});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("llmgw version - "));
}

TEST_CASE("the bare program helps a person and fails a script", "[cli]") {
  const auto person = program::run({}, {.terminal = true});
  CHECK(person.code == 0);
  CHECK(person.out.starts_with("llmgw - "));
  const auto script = program::run({});
  CHECK(script.code == 2);
  CHECK(script.out.empty());
  CHECK(script.err.starts_with("llmgw - "));
}
