#include "core/bench/report.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/json/view.h"
#include "transcripts.h"

using namespace llmgw::bench;
namespace json = llmgw::json;

namespace report_test {

Report report_of(const Recording& recording, std::initializer_list<const char*> objectives = {},
                 const Load& load = {}) {
  Report report;
  report.setup.model = "m";
  report.setup.load = load;
  report.stats = compute(recording, load, {});
  report.self = check_self(recording, load, report.stats, 0.01);
  for (const auto* text : objectives) report.objectives.push_back(judge(report.stats, *parse_expression(text), {}));
  report.conclusion = conclude(report);
  return report;
}

Recording hundred() {
  auto recording = transcripts::recorded({}, 1000);
  for (int i = 0; i < 100; ++i) {
    recording.samples.push_back(transcripts::answered({.sent = 0, .tokens = {40, 50, 60}, .done = 61}));
  }
  return recording;
}

/// Requests of a constant rate of 100 a second, each sent so many milliseconds late.
Recording late_by(Moment ms) {
  auto recording = transcripts::recorded({}, 1000);
  for (int i = 0; i < 100; ++i) {
    recording.samples.push_back(transcripts::answered({.sched = 10 * i,
                                                       .started = 10 * i + ms,
                                                       .sent = 10 * i + ms,
                                                       .tokens = {10 * i + ms + 1},
                                                       .done = 10 * i + 9}));
  }
  return recording;
}

Load constant() {
  Load load;
  load.kind = Load::Kind::constant;
  load.rate = 100;
  return load;
}

}  // namespace report_test

using report_test::hundred;
using report_test::report_of;

TEST_CASE("a run is concluded by its worst finding", "[bench]") {
  CHECK(report_of(hundred()).conclusion == Conclusion::ok);
  CHECK(report_of(hundred(), {"ttft_p95<50ms"}).conclusion == Conclusion::ok);
  CHECK(report_of(hundred(), {"ttft_p95<50ms", "ttft_p99<50ms"}).conclusion == Conclusion::inconclusive);
  CHECK(report_of(hundred(), {"ttft_p99<50ms", "ttft_p95<30ms"}).conclusion == Conclusion::slo_missed);
  auto half = hundred();
  half.samples.push_back(transcripts::failed(FailureClass::connect, 1));
  CHECK(report_of(half, {"ttft_p95<50ms"}).conclusion == Conclusion::partial);
  CHECK(report_of(half, {"ttft_p95<30ms"}).conclusion == Conclusion::slo_missed);
  CHECK(report_of(half, {"error_rate<10%"}).conclusion == Conclusion::ok);
  auto interrupted = report_of(hundred(), {"ttft_p95<30ms"});
  interrupted.interrupted = true;
  CHECK(conclude(interrupted) == Conclusion::interrupted);
  const auto none = transcripts::recorded({transcripts::failed(FailureClass::connect, 1)}, 10);
  CHECK(report_of(none).conclusion == Conclusion::all_failed);
}

TEST_CASE("a generator that sent too late makes the run invalid", "[bench]") {
  CHECK(report_of(report_test::late_by(1), {}, report_test::constant()).conclusion == Conclusion::ok);
  auto late = report_of(report_test::late_by(3), {}, report_test::constant());
  CHECK(late.conclusion == Conclusion::invalid);
  CHECK(late.self.send_lag_p99 == 3);
  CHECK(late.self.send_lag_limit == 2);
  late.setup.allow_invalid = true;
  CHECK(conclude(late) == Conclusion::ok);
}

TEST_CASE("the limit on the send lag grows with the gap between arrivals", "[bench]") {
  auto slow = report_test::constant();
  slow.rate = 10;
  CHECK(report_of(report_test::late_by(3), {}, slow).self.send_lag_limit == 5);
}

TEST_CASE("a generator that dropped more than two percent makes the run invalid", "[bench]") {
  auto recording = report_test::late_by(0);
  recording.dropped = 2;
  CHECK(report_of(recording, {}, report_test::constant()).conclusion == Conclusion::ok);
  recording.dropped = 3;
  CHECK(report_of(recording, {}, report_test::constant()).conclusion == Conclusion::invalid);
}

TEST_CASE("a closed loop keeps no schedule that it could miss", "[bench]") {
  CHECK(report_of(report_test::late_by(50)).self.invalid.empty());
}

TEST_CASE("the JSON report holds the figures, and null for what was not measured", "[bench]") {
  const auto text = json_report(report_of(hundred(), {"ttft_p95<50ms"}));
  const auto root = json::parse(text);
  REQUIRE(root);
  CHECK((*root)["schema"].equals("llmgw.bench/1"));
  const auto stage = (*root)["stages"][std::size_t{0}];
  CHECK(stage["counts"]["ok"].integer() == 100);
  CHECK(stage["metrics"]["ttft"]["p95"].number() == 40);
  CHECK(stage["metrics"]["itl"]["n"].integer() == 200);
  CHECK(stage["metrics"]["goodput"].absent());
  CHECK(stage["tokens"]["source"].equals("events"));
  CHECK(stage["slo"][std::size_t{0}]["verdict"].equals("pass"));
  CHECK(stage["slo"][std::size_t{0}]["hi"].number() == 40);
  CHECK(stage["selfcheck"]["valid"].boolean() == true);

  const auto empty = json_report(report_of(transcripts::recorded({}, 10)));
  const auto nothing = json::parse(empty);
  REQUIRE(nothing);
  const auto metrics = (*nothing)["stages"][std::size_t{0}]["metrics"];
  CHECK(metrics["ttft"]["p95"].absent());
  CHECK(metrics["error_rate"].absent());
}

TEST_CASE("a count is a number of values, not a share", "[bench]") {
  CHECK(text_report(report_of(hundred(), {"ttft_count>=5"})).contains("pass         ttft_count>=5            100  "));
}

TEST_CASE("the text report shows failures first and the verdicts with their bounds", "[bench]") {
  auto recording = hundred();
  auto refused = transcripts::failed(FailureClass::http_429, 1);
  refused.message = "slow down";
  recording.samples.push_back(refused);
  const auto text = text_report(report_of(recording, {"ttft_p95<30ms"}));
  CHECK(text.find("requests 100 ok, 1 failed\n") != std::string::npos);
  CHECK(text.find("http_429           slow down") != std::string::npos);
  CHECK(text.find("fail         ttft_p95<30ms            40.00 ms [40.00 ms .. 40.00 ms]") != std::string::npos);
  CHECK(text.find("self-check: sent late by") != std::string::npos);
  CHECK(text.find("http_429") < text.find("ttft "));
}
