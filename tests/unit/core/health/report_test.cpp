#include "core/health/report.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/json/view.h"
#include "core/metrics/exposition.h"
#include "healthy.h"

namespace health_report_test {

using namespace llmgw::health;

TargetReport target(std::string name, const Facts& facts) {
  TargetReport target;
  target.name = std::move(name);
  target.url = "https://llm.example/v1";
  target.kind = facts.kind != nullptr ? facts.kind->name : std::string_view();
  target.seconds = 0.812;
  target.requests = 6;
  target.outcomes = judge(facts, {}, {});
  return target;
}

Report report() {
  auto loaded = healthy::vllm();
  loaded.page = healthy::page(std::string(healthy::vllm_page) + "vllm:kv_cache_usage_perc{engine=\"2\"} 0.91\n");
  Report report{1'763'600'000, {}, {}};
  report.targets.push_back(target("worv", loaded));
  report.targets.push_back(target("gate", healthy::litellm()));
  return report;
}

std::string write(std::string_view format, const Report& report) { return find_format(format)->write(report); }

TEST_CASE("the table has a line a target and tells what is wrong and what to do", "[health]") {
  CHECK(write("table", report()) ==
        "TARGET  KIND     STATE  VERSION  QUEUE  KV   CHECKS  NOTE\n"
        "worv    vllm     WARN   0.24.1   0/6    91%  17/18   kv: 91% in use\n"
        "  kv        warn     91% in use (limit 90%)  [kv_high]\n"
        "                     try: fewer or shorter requests at a time, or more memory for the cache\n"
        "gate    litellm  OK     1.94.0   -      -    9/9\n");
}

TEST_CASE("wide shows every check", "[health]") {
  const auto text = write("wide", report());
  CHECK(text.contains("  identity  ok       vllm (high)\n"));
  CHECK(text.contains("  tls       skipped  the address is plain http  [not_applicable]\n"));
}

TEST_CASE("JSON reports hold states, codes, values and hints", "[health]") {
  const auto text = write("json", report());
  const auto root = llmgw::json::parse(text);
  REQUIRE(root);
  CHECK((*root)["schema"].equals("llmgw.health/1"));
  CHECK((*root)["state"].equals("warn"));
  CHECK((*root)["exit"].integer() == 10);
  CHECK((*root)["ts"].equals("2025-11-20T00:53:20Z"));
  const auto kv = (*root)["targets"][0]["checks"][15];
  CHECK(kv["id"].equals("kv"));
  CHECK(kv["value"].number() == 0.91);
  CHECK(kv["unit"].equals("ratio"));
  CHECK(kv["warn"].number() == 0.9);
  CHECK(kv["code"].equals("kv_high"));
  CHECK(kv["hint"].is_string());
}

TEST_CASE("JSON lines have one target each", "[health]") {
  const auto text = write("jsonl", report());
  const auto end = text.find('\n');
  CHECK((*llmgw::json::parse(text.substr(0, end)))["name"].equals("worv"));
  CHECK((*llmgw::json::parse(text.substr(end + 1)))["name"].equals("gate"));
}

TEST_CASE("the plugin line has the worst finding and performance data in plugin units", "[health]") {
  const auto text = write("nagios", report());
  CHECK(text.starts_with("LLMGW WARNING - worv kv: 91% in use |"));
  CHECK(text.contains(" 'worv_kv'=91%;90;98;0"));
  CHECK(text.contains(" 'worv_http'=0.02s;;;0"));
  CHECK(text.contains(" 'worv_queue'=0;0;6;0"));
  CHECK(text.contains("\nworv kv warn: 91% in use\n"));
}

TEST_CASE("a plugin line survives names and messages of others", "[health]") {
  auto report = health_report_test::report();
  report.targets[0].name = "a='b|c";
  report.targets[0].outcomes[15].finding.message = "x|y\nz";
  const auto text = write("nagios", report);
  CHECK(text.starts_with("LLMGW WARNING - a='b/c kv: x/y z |"));
  CHECK(text.contains(" 'a__b_c_kv'=91%"));
}

TEST_CASE("metrics of a run are a page that can be read back", "[health]") {
  const auto page = llmgw::metrics::Exposition::parse(write("prometheus", report()));
  CHECK(page.malformed_lines() == 0);
  CHECK(page.value("probe_success", {{"target", "worv"}}) == 1);
  CHECK(page.value("llmgw_health_check_value", {{"target", "worv"}, {"check", "kv"}}) == 0.91);
  CHECK(page.value("llmgw_health_check_state", {{"target", "worv"}, {"check", "kv"}, {"state", "warn"}}) == 1);
  CHECK_FALSE(page.value("llmgw_health_check_value", {{"target", "gate"}, {"check", "kv"}}));
}

TEST_CASE("test reports count failures and escape what others sent", "[health]") {
  auto report = health_report_test::report();
  report.targets[0].outcomes[15].finding.message = "<b>\"&\x01\xff";
  const auto text = write("junit", report);
  CHECK(
      text.contains("<testsuite name=\"worv\" tests=\"19\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.812\""));
  CHECK(text.contains("<failure message=\"&lt;b&gt;&quot;&amp; ?\" type=\"kv_high\">"));
  report.rules.fail_on_crit = true;
  CHECK(write("junit", report).contains("failures=\"0\""));
}

TEST_CASE("annotations are one line each", "[health]") {
  auto report = health_report_test::report();
  report.targets[0].outcomes[15].finding.message = "100%\nfull";
  CHECK(write("github", report) ==
        "::warning title=worv kv::100%25 full (try: fewer or shorter requests at a time, or more memory for the "
        "cache)\n");
}

TEST_CASE("codes are explained, and an unknown one is met with the nearest", "[health]") {
  CHECK(explain("kv_high")->starts_with("kv_high\n  The KV cache is nearly full"));
  const auto missing = explain("kv_hihg");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.contains("did you mean kv_high?"));
}

TEST_CASE("the schema is JSON and names every state and unit", "[health]") {
  const auto schema = json_schema();
  REQUIRE(llmgw::json::parse(schema));
  for (const auto state : {State::ok, State::idle, State::warn, State::crit, State::unknown, State::skipped}) {
    CHECK(schema.contains("\"" + std::string(state_name(state)) + "\""));
  }
}

}  // namespace health_report_test
