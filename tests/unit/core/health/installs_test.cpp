// Servers as they are installed, with parts left out or switched off: what they lack is no fault of theirs.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string_view>
#include <vector>

#include "core/health/check.h"
#include "healthy.h"

namespace health_installs_test {

using namespace llmgw;
using namespace llmgw::health;

const Outcome& of(const std::vector<Outcome>& outcomes, std::string_view id) {
  return *std::ranges::find(outcomes, id, [](const Outcome& outcome) { return outcome.check->id; });
}

/// llama.cpp's server as it is today, on this machine and without a key.
Facts llamacpp(std::string_view page) {
  Facts facts;
  facts.host = "127.0.0.1";
  facts.loopback = true;
  facts.kind = find_kind("llamacpp");
  facts.confidence = Confidence::high;
  facts.contact = facts.replies["/health"] = healthy::reply(200, R"({"status":"ok"})");
  facts.replies["/props"] = healthy::reply(200, R"({"build_info":"b7000-abc"})");
  facts.replies["{api}/models"] = healthy::reply(200, R"({"data":[{"id":"tiny","meta":{"n_ctx":2048}}]})");
  facts.replies["/metrics"] = healthy::reply(200, page);
  facts.page = healthy::page(page);
  return facts;
}

TEST_CASE("a figure that the builds of an engine may lack is missing, and no fault unless a limit needs it",
          "[health]") {
  const auto facts = llamacpp("llamacpp:requests_processing 0\nllamacpp:requests_deferred 0\n");
  const auto outcomes = judge(facts, {}, {});
  CHECK(of(outcomes, "kv").finding.state == State::skipped);
  CHECK(of(outcomes, "kv").finding.code == "metric_absent");
  CHECK(of(outcomes, "kv").finding.figures.empty());
  Expectations expectations;
  expectations.thresholds = {*parse_threshold("kv>80%", State::warn)};
  const auto with_limit = judge(facts, expectations, {});
  CHECK(of(with_limit, "kv").finding.state == State::unknown);
}

TEST_CASE("a server that says that its metrics are switched off is not asked for its load", "[health]") {
  auto facts = llamacpp("");
  facts.page.reset();
  facts.replies["/metrics"] = healthy::reply(501, R"({"error":{"code":501,"message":"This server does not support"}})");
  const auto outcomes = judge(facts, {}, {});
  CHECK(of(outcomes, "metrics").finding.state == State::skipped);
  CHECK(of(outcomes, "metrics").finding.code == "metrics_off");
  CHECK(of(outcomes, "queue").finding.state == State::skipped);
  CHECK(of(outcomes, "queue").finding.message.contains("switched off"));
  Expectations expectations;
  expectations.thresholds = {*parse_threshold("queue>5", State::warn)};
  const auto with_limit = judge(facts, expectations, {});
  CHECK(of(with_limit, "metrics").finding.state == State::unknown);
}

TEST_CASE("a LiteLLM proxy without a database has no budgets and refuses a key in words of its own", "[health]") {
  auto facts = healthy::litellm();
  facts.replies["/key/info"] = healthy::reply(500, "Internal Server Error");
  const auto budget = judge(facts, {}, {});
  CHECK(of(budget, "budget").finding.state == State::skipped);
  const std::string_view refusal = R"({"error":{"message":"No connected db.","type":"no_db_connection","code":"400"}})";
  facts.replies["{api}/models"] = healthy::reply(400, refusal);
  const auto auth = judge(facts, {}, {});
  CHECK(of(auth, "auth").finding.state == State::crit);
  CHECK(of(auth, "auth").finding.code == "key_refused");
}

}  // namespace health_installs_test
