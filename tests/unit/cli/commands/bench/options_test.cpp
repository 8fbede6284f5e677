#include "cli/commands/bench/options.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "cli/commands/bench/conclusion.h"
#include "cli/commands/bench/progress.h"
#include "cli/commands/bench/run.h"
#include "cli/parse.h"

using namespace llmgw;
using namespace llmgw::cli;
using bench_command::read_options;
using namespace std::chrono_literals;

namespace bench_options_test {

Arguments given(const std::vector<std::string>& tokens) {
  auto line = split_line(bench_command::run.options, tokens);
  REQUIRE(line);
  Arguments out(bench_command::run);
  for (auto& [option, values] : line->values) out.set(*option, values);
  return out;
}

}  // namespace bench_options_test

using bench_options_test::given;

TEST_CASE("bench without options is a closed loop of one request for twenty seconds", "[cli][bench]") {
  const auto options = read_options(given({}));
  REQUIRE(options);
  CHECK(options->load.kind == bench::Load::Kind::closed);
  CHECK(options->load.concurrency == 1);
  CHECK(options->load.duration == 20s);
  CHECK_FALSE(options->load.requests);
  CHECK(options->stream);
}

TEST_CASE("a number of requests takes the place of the time", "[cli][bench]") {
  const auto options = read_options(given({"-n", "7", "-c", "3"}));
  REQUIRE(options);
  CHECK(options->load.requests == 7);
  CHECK_FALSE(options->load.duration);
  CHECK(options->load.concurrency == 3);
  CHECK(read_options(given({"-n", "7", "-d", "5s"}))->load.duration == 5s);
}

TEST_CASE("a rate makes an open loop", "[cli][bench]") {
  const auto options = read_options(given({"--rate", "2.5", "--max-inflight", "9"}));
  REQUIRE(options);
  CHECK(options->load.kind == bench::Load::Kind::constant);
  CHECK(options->load.rate == 2.5);
  CHECK(options->load.max_inflight == 9);
}

TEST_CASE("options that exclude each other and objectives that cannot be read are usage errors", "[cli][bench]") {
  const auto tokens =
      GENERATE(std::vector<std::string>{"--rate", "1", "--concurrency", "2"}, std::vector<std::string>{"--rate", "0"},
               std::vector<std::string>{"--rate", "-3"}, std::vector<std::string>{"--max-inflight", "2"},
               std::vector<std::string>{"--duration", "0s"}, std::vector<std::string>{"--stream", "--no-stream"},
               std::vector<std::string>{"--slo", "ttft_p95"}, std::vector<std::string>{"--good", "itl<2ms"});
  const auto options = read_options(given(tokens));
  REQUIRE_FALSE(options);
  CHECK(options.error().code == Errc::usage);
}

TEST_CASE("the progress line says how far the run is", "[cli][bench]") {
  constexpr bench::Moment second = 1'000'000'000;
  bench::Recording recording;
  bench::Load load;
  load.duration = 20s;
  recording.warmed_up = 3;
  CHECK(bench_command::progress_line(recording, load, second) == "warming up: 3 done");
  recording.begin = second;
  recording.in_flight = 4;
  recording.finished = 22;
  recording.failed = 2;
  CHECK(bench_command::progress_line(recording, load, 11 * second) ==
        "10/20 s  4 in flight  20 ok  2 failed  2.0 req/s");
  load.duration.reset();
  load.requests = 50;
  CHECK(bench_command::progress_line(recording, load, 11 * second) ==
        "10 s  22/50  4 in flight  20 ok  2 failed  2.0 req/s");
}

TEST_CASE("a run in which everything failed ends as most of its requests did", "[cli][bench]") {
  using bench::FailureClass;
  const auto [failure, status, exit] = GENERATE(table<FailureClass, int, int>({
      {FailureClass::connect, 0, 8},
      {FailureClass::timeout_idle, 200, 8},
      {FailureClass::http_4xx, 401, 4},
      {FailureClass::http_4xx, 404, 5},
      {FailureClass::http_4xx, 400, 9},
      {FailureClass::http_429, 429, 6},
      {FailureClass::http_5xx, 503, 7},
      {FailureClass::truncated, 200, 7},
  }));
  bench::Recording recording;
  for (int i = 0; i < 3; ++i) {
    auto& sample = recording.samples.emplace_back();
    sample.failure = i == 0 ? FailureClass::protocol : failure;
    sample.status = status;
    sample.message = "no";
  }
  bench::Report report;
  report.stats = bench::compute(recording, {}, {});
  report.conclusion = bench::conclude(report);
  const auto outcome = bench_command::outcome_of(report, recording, false);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().exit() == exit);
  CHECK(outcome.error().error.message == "all 3 requests failed: no");
}

TEST_CASE("a run that nothing came of says so", "[cli][bench]") {
  bench::Report report;
  report.conclusion = bench::conclude(report);
  const auto outcome = bench_command::outcome_of(report, {}, false);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().exit() == 8);
}
