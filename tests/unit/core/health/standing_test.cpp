#include "core/health/standing.h"

#include <catch2/catch_test_macros.hpp>

#include "core/json/view.h"
#include "healthy.h"

namespace standing_test {

using namespace llmgw;
using namespace llmgw::health;

constexpr std::int64_t now = 1'763'600'000;

Standing of(const Facts& facts, const Standing* before = nullptr) {
  TargetReport report;
  report.name = "vllm@gpu:8000";
  report.kind = facts.kind != nullptr ? facts.kind->name : std::string_view();
  report.outcomes = judge(facts, {}, {});
  return standing_of(report, now, before);
}

Facts refused() {
  auto facts = healthy::vllm();
  facts.contact = {};
  facts.contact.error = fail(Errc::network, "cannot connect to llm.example:443: connection refused").error();
  facts.contact.error->fault = NetFault::connect;
  return facts;
}

TEST_CASE("a standing has the figures of its report", "[health]") {
  const auto standing = of(healthy::vllm());
  CHECK(standing.state == State::ok);
  CHECK(standing.serves);
  CHECK(standing.kind == "vllm");
  CHECK(standing.version == "0.24.1");
  CHECK(standing.context == 32'768);
  CHECK(standing.running == 6);
  CHECK(standing.waiting == 0);
  CHECK(standing.kv == 0.5);
  CHECK(standing.seconds == 0.02);
  CHECK(standing.code.empty());
}

TEST_CASE("only what makes requests fail takes a server out of service", "[health]") {
  auto loaded = healthy::vllm();
  loaded.page = healthy::page("vllm:num_requests_running 1\nvllm:num_requests_waiting 9\nvllm:kv_cache_usage_perc 1\n");
  CHECK(of(loaded).serves);
  CHECK(of(loaded).state == State::crit);
  CHECK(standing_word(of(loaded)) == "degraded");
  auto unlisted = healthy::vllm();
  unlisted.model = "another";
  CHECK(of(unlisted).serves);
  CHECK(of(unlisted).code == "model_missing");
  auto skewed = healthy::vllm();
  skewed.contact.headers.set("date", "Thu, 20 Nov 2025 02:53:20 GMT");
  skewed.replies["{api}/models"] = healthy::reply(401, "{}");
  CHECK_FALSE(of(skewed).serves);
  CHECK(of(skewed).code == "key_refused");
  CHECK(standing_word(of(skewed)) == "down");
  CHECK(standing_word(of(refused())) == "unreachable");
}

TEST_CASE("figures that cannot be had are no fault, and are missing rather than 0", "[health]") {
  auto bare = healthy::vllm();
  bare.page.reset();
  bare.replies["/metrics"] = healthy::reply(404, "");
  const auto standing = of(bare);
  CHECK(standing.state == State::ok);
  CHECK_FALSE(standing.running);
  CHECK_FALSE(standing.kv);
  bare.kind = nullptr;
  CHECK(of(bare).state == State::unknown);
  CHECK(of(bare).serves);
}

TEST_CASE("a server that is scaled to zero is idle and in service", "[health]") {
  auto facts = refused();
  facts.scale_to_zero = true;
  const auto standing = of(facts);
  CHECK(standing.state == State::idle);
  CHECK(standing.serves);
  CHECK(standing_word(standing) == "idle");
  CHECK_FALSE(standing.seconds);
}

TEST_CASE("a state lasts since it was first seen", "[health]") {
  Standing before = of(healthy::vllm());
  before.since_unix_s = 5;
  CHECK(of(healthy::vllm(), &before).since_unix_s == 5);
  CHECK(of(refused(), &before).since_unix_s == now);
  before.checked_unix_s = 0;
  CHECK(of(healthy::vllm(), &before).since_unix_s == now);
}

TEST_CASE("one upstream that may be sent requests is enough", "[health]") {
  Overview overview;
  CHECK_FALSE(overview.servable());
  overview.servers = {of(refused())};
  CHECK_FALSE(overview.servable());
  overview.servers.push_back(Standing{.name = "not asked yet"});
  CHECK(overview.servable());
}

TEST_CASE("health+json passes, warns and fails, and no component has a colon in its name", "[health]") {
  const auto page = [](Readiness readiness, std::vector<Standing> servers) {
    return health_json(readiness, Overview{std::move(servers)}, "1.2.3");
  };
  const auto fine = page(Readiness::ready, {of(healthy::vllm())});
  CHECK(fine == R"({"status":"pass","releaseId":"1.2.3","description":"llmgw","checks":{"upstream:responseTime":)"
                R"([{"componentId":"vllm@gpu:8000","componentType":"component","status":"pass","observedValue":20,)"
                R"("observedUnit":"ms","time":"2025-11-20T00:53:20Z"}]}})"
                "\n");
  const auto parsed = [](const std::string& text) { return (*json::parse(text))["status"].string(); };
  const auto half = page(Readiness::ready, {of(healthy::vllm()), of(refused())});
  CHECK(parsed(half) == "warn");
  const auto none = page(Readiness::no_upstream, {of(refused())});
  CHECK(parsed(none) == "fail");
  CHECK(none.contains(R"("output":"no upstream")"));
  CHECK(none.contains("connection refused"));
  CHECK(parsed(page(Readiness::starting, {})) == "fail");
}

TEST_CASE("the verbose readiness tells each upstream's status and latency", "[health]") {
  const auto text = readiness_json(Readiness::no_upstream, Overview{{of(refused())}});
  const auto root = *json::parse(text);
  CHECK(root["status"].equals("no upstream"));
  const auto row = root["upstreams"][std::size_t{0}];
  CHECK(row["status"].equals("unreachable"));
  CHECK_FALSE(row["latency_ms"].number());
  CHECK(row["code"].equals("connect_failed"));
  const auto fine = readiness_json(Readiness::ready, Overview{{of(healthy::vllm())}});
  CHECK(fine.starts_with(R"({"status":"ok","upstreams":[{"name":"vllm@gpu:8000","status":"ok","latency_ms":20,)"));
}

}  // namespace standing_test
