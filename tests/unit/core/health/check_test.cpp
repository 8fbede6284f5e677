#include "core/health/check.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "faults.h"
#include "healthy.h"

namespace health_check_test {

using namespace llmgw::health;
using llmgw::Errc;
using llmgw::NetFault;

llmgw::Error error(llmgw::Errc code, std::string_view message) {
  return llmgw::fail(code, std::string(message)).error();
}

llmgw::Error net_error(llmgw::NetFault fault, std::string_view message) {
  auto failed = error(llmgw::Errc::network, message);
  failed.fault = fault;
  return failed;
}

/// The run's time was over when the question had come so far.
llmgw::Error stopped(llmgw::NetFault reached) {
  auto failed = error(Errc::cancelled, "no time");
  failed.fault = reached;
  return failed;
}

std::optional<llmgw::net::PeerCertificate> certificate_for(double days, const Facts& facts) {
  return llmgw::net::PeerCertificate{"CN=llm.example", "CN=ca",
                                     facts.contact.unix_s + static_cast<std::int64_t>(days * 86'400)};
}

const Outcome& of(const std::vector<Outcome>& outcomes, std::string_view id) {
  return *std::ranges::find(outcomes, id, [](const Outcome& outcome) { return outcome.check->id; });
}

Selection selection(int level, std::vector<std::string_view> only = {}, std::vector<std::string_view> skip = {}) {
  return {level, std::move(only), std::move(skip)};
}

void replace(Facts& facts, std::string_view page) { facts.page = healthy::page(page); }

std::string changed(std::string_view from, std::string_view to) {
  std::string text(healthy::vllm_page);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The engine is llama.cpp's server instead.
void become_llamacpp(Facts& facts) {
  facts.kind = find_kind("llamacpp");
  facts.replies["/props"] = healthy::reply(200, R"({"build_info":"b5000"})");
  constexpr auto page =
      "llamacpp:requests_processing 1\nllamacpp:requests_deferred 0\nllamacpp:kv_cache_usage_ratio 0.1\n";
  for (auto* each : {&facts.page, &facts.earlier_page}) *each = healthy::page(page);
}

const std::vector<Fault> all_faults{
    {"dns", State::crit, "dns_failed",
     [](Facts& f, auto&) {
       f.contact.error = net_error(NetFault::look_up, "cannot find the address of llm.example (Host not found)");
     }},
    {"tcp", State::crit, "connect_failed",
     [](Facts& f, auto&) {
       f.contact.error = net_error(NetFault::connect, "cannot connect to llm.example:443: connection refused");
     }},
    {"tcp", State::idle, "scaled_to_zero",
     [](Facts& f, auto&) {
       f.scale_to_zero = true;
       f.contact.error = net_error(NetFault::connect, "cannot connect to llm.example:443: connection refused");
     }},
    {"tls", State::crit, "tls_failed",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::handshake, "cannot reach x: wrong version"); }},
    {"tls", State::crit, "certificate_expired",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::certificate_expired, "it has expired"); }},
    {"tls", State::crit, "certificate_self_signed",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::certificate_self_signed, "self-signed"); }},
    {"tls", State::crit, "certificate_untrusted",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::certificate_untrusted, "unable to get issuer"); }},
    {"tls", State::crit, "certificate_name",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::certificate_name, "no alternative name"); }},
    {"tls", State::crit, "client_certificate",
     [](Facts& f, auto&) { f.contact.error = net_error(NetFault::client_certificate, "alert certificate required"); }},
    {"tls", State::crit, "client_certificate",
     [](Facts& f, auto&) { f.contact = healthy::reply(400, "<center>No required SSL certificate was sent</center>"); }},
    {"tls", State::warn, "certificate_ends", [](Facts& f, auto&) { f.certificate = certificate_for(20, f); }},
    {"tls", State::crit, "certificate_ends", [](Facts& f, auto&) { f.certificate = certificate_for(6.9, f); }},
    {"tls", State::crit, "certificate_expired", [](Facts& f, auto&) { f.certificate = certificate_for(-1, f); }},
    {"http", State::crit, "no_answer",
     [](Facts& f, auto&) {
       f.contact.error = error(Errc::timeout, "llm.example:443: no answer within the time limit");
     }},
    {"dns", State::unknown, "no_time", [](Facts& f, auto&) { f.contact.error = stopped(NetFault::none); }},
    {"tcp", State::unknown, "no_time", [](Facts& f, auto&) { f.contact.error = stopped(NetFault::connect); }},
    {"tls", State::unknown, "no_time", [](Facts& f, auto&) { f.contact.error = stopped(NetFault::handshake); }},
    {"http", State::unknown, "no_time", [](Facts& f, auto&) { f.contact.error = stopped(NetFault::exchange); }},
    {"identity", State::unknown, "no_time",
     [](Facts& f, auto&) {
       f.kind = nullptr;
       f.replies["/info"].error = stopped(NetFault::none);
     }},
    {"metrics", State::unknown, "no_time",
     [](Facts& f, auto&) {
       f.page.reset();
       f.replies["/metrics"].error = stopped(NetFault::exchange);
     }},
    {"budget", State::unknown, "no_time",
     [](Facts& f, auto&) { f.replies["/key/info"].error = stopped(NetFault::exchange); }, true},
    {"live", State::unknown, "no_time",
     [](Facts& f, auto&) { f.replies["/health/liveliness"].error = error(Errc::cancelled, "no time"); }, true},
    {"ready", State::unknown, "no_time",
     [](Facts& f, auto&) { f.replies["/health/readiness"].error = error(Errc::cancelled, "no time"); }, true},
    {"http", State::crit, "bad_gateway",
     [](Facts& f, auto&) { f.contact = healthy::reply(502, "<html>502 Bad Gateway</html>"); }},
    {"http", State::crit, "bad_gateway", [](Facts& f, auto&) { f.contact = healthy::reply(504, ""); }},
    {"http", State::idle, "scaled_to_zero",
     [](Facts& f, auto&) {
       f.scale_to_zero = true;
       f.contact = healthy::reply(502, "");
     }},
    {"clock", State::warn, "clock_skew",
     [](Facts& f, auto&) { f.contact.headers.set("date", "Thu, 20 Nov 2025 00:53:10 GMT"); }},
    {"clock", State::crit, "clock_skew",
     [](Facts& f, auto&) { f.contact.headers.set("date", "Thu, 20 Nov 2025 02:53:20 GMT"); }},
    {"identity", State::unknown, "kind_unknown", [](Facts& f, auto&) { f.kind = nullptr; }},
    {"identity", State::warn, "kind_guessed", [](Facts& f, auto&) { f.confidence = Confidence::low; }},
    {"live", State::crit, "not_live",
     [](Facts& f, auto&) { f.replies["/health/liveliness"] = healthy::reply(500, "oops"); }, true},
    {"live", State::crit, "no_answer",
     [](Facts& f, auto&) { f.replies["/health/liveliness"].error = error(Errc::timeout, "late"); }, true},
    {"live", State::crit, "engine_dead", [](Facts& f, auto&) { f.replies["/health"] = healthy::reply(503, ""); }},
    {"ready", State::crit, "not_ready",
     [](Facts& f, auto&) { f.replies["/health/readiness"] = healthy::reply(503, ""); }, true},
    {"ready", State::crit, "loading",
     [](Facts& f, auto&) {
       become_llamacpp(f);
       f.replies["/health"] = healthy::reply(503, R"({"error":{"code":503,"message":"Loading model"}})");
     }},
    {"ready", State::idle, "scaled_to_zero",
     [](Facts& f, auto&) {
       f.scale_to_zero = true;
       f.replies["/health"] = healthy::reply(503, "");
     }},
    {"ready", State::crit, "dependency_down",
     [](Facts& f, auto&) {
       f.replies["/health/readiness"].body = R"({"status":"healthy","db":"disconnected","litellm_version":"1"})";
     },
     true},
    {"ready", State::warn, "debug_mode",
     [](Facts& f, auto&) {
       f.replies["/health/readiness"].body = R"({"db":"connected","litellm_version":"1","is_detailed_debug":true})";
     },
     true},
    {"version", State::crit, "version_unexpected", [](Facts&, Expectations& e) { e.version = std::regex("^1\\."); }},
    {"version", State::unknown, "version_unreported",
     [](Facts& f, Expectations& e) {
       e.version = std::regex("^1\\.");
       f.replies["/version"] = healthy::reply(404, "");
     }},
    {"auth", State::crit, "key_refused",
     [](Facts& f, auto&) { f.replies["{api}/models"] = healthy::reply(401, R"({"error":"bad key"})"); }},
    {"auth", State::crit, "key_needed",
     [](Facts& f, auto&) {
       f.keyed = false;
       f.replies["{api}/models"] = healthy::reply(401, R"({"error":"no key"})");
     }},
    {"auth", State::warn, "open_endpoint",
     [](Facts& f, auto&) { f.without_key = healthy::reply(200, R"({"data":[]})"); }},
    {"auth", State::unknown, "models_failed",
     [](Facts& f, auto&) { f.replies["{api}/models"].error = error(Errc::timeout, "late"); }},
    {"auth", State::unknown, "key_withheld", [](Facts& f, auto&) { f.key_withheld = true; }},
    {"models", State::crit, "models_failed",
     [](Facts& f, auto&) { f.replies["{api}/models"] = healthy::reply(200, "<html>"); }},
    {"models", State::crit, "models_failed",
     [](Facts& f, auto&) { f.replies["{api}/models"] = healthy::reply(500, "oops"); }},
    {"models", State::crit, "models_failed",
     [](Facts& f, auto&) { f.replies["{api}/models"] = healthy::reply(404, "no such path"); }},
    {"models", State::warn, "models_empty",
     [](Facts& f, auto&) {
       f.model.clear();
       f.replies["{api}/models"] = healthy::reply(200, R"({"data":[]})");
     }},
    {"model", State::crit, "model_missing", [](Facts&, Expectations& e) { e.models = {"gone"}; }},
    {"ctx", State::crit, "context_short", [](Facts&, Expectations& e) { e.context = 65536; }},
    {"ctx", State::unknown, "context_unreported",
     [](Facts& f, Expectations& e) {
       e.context = 1;
       f.replies["{api}/models"].body = R"({"data":[{"id":"Qwen/Qwen3"}]})";
     }},
    {"metrics", State::unknown, "metrics_missing",
     [](Facts& f, auto&) {
       f.page.reset();
       f.replies["/metrics"] = healthy::reply(404, "");
     }},
    {"metrics", State::warn, "metrics_damaged",
     [](Facts& f, auto&) { replace(f, std::string(healthy::vllm_page) + "a b c d\n"); }},
    {"queue", State::warn, "queue_waiting",
     [](Facts& f, auto&) {
       const auto text = changed("waiting{engine=\"0\"} 0", "waiting{engine=\"0\"} 2");
       f.page = healthy::page(text);
       f.earlier_page = healthy::page(text);
     }},
    {"queue", State::crit, "queue_long",
     [](Facts& f, auto&) { replace(f, changed("waiting{engine=\"0\"} 0", "waiting{engine=\"0\"} 7")); }},
    {"queue", State::unknown, "metric_absent",
     [](Facts& f, auto&) {
       auto text = changed("vllm:num_requests_waiting{engine=\"0\"} 0\n", "");
       const auto at = text.find("vllm:num_requests_waiting{");
       replace(f, text.replace(at, 4, "xllm"));
     }},
    {"kv", State::warn, "kv_high", [](Facts& f, auto&) { replace(f, changed("\"1\"} 0.5", "\"1\"} 0.95")); }},
    {"kv", State::crit, "kv_high", [](Facts& f, auto&) { replace(f, changed("\"1\"} 0.5", "\"1\"} 0.99")); }},
    {"kv", State::unknown, "metric_absent",
     [](Facts& f, auto&) {
       auto text = changed("vllm:kv_cache_usage_perc{engine=\"0\"} 0.2\n", "");
       const auto at = text.find("vllm:kv_cache_usage_perc{");
       replace(f, text.replace(at, 4, "xllm"));
     }},
    {"preempt", State::warn, "preempting",
     [](Facts& f, auto&) {
       replace(f, changed("preemptions_total{engine=\"0\"} 10", "preemptions_total{engine=\"0\"} 15"));
     }},
    {"preempt", State::unknown, "restarted",
     [](Facts& f, auto&) {
       replace(f, changed("preemptions_total{engine=\"0\"} 10", "preemptions_total{engine=\"0\"} 1"));
     }},
    {"sleep", State::crit, "sleeping",
     [](Facts& f, auto&) { replace(f, changed("\"discard_all\"} 0", "\"discard_all\"} 1")); }},
    {"sleep", State::idle, "sleeping",
     [](Facts& f, Expectations& e) {
       e.allow_sleep = true;
       replace(f, changed("\"awake\"} 1", "\"awake\"} 0"));
     }},
    {"budget", State::warn, "budget_low",
     [](Facts& f, auto&) { f.replies["/key/info"].body = R"({"info":{"spend":9,"max_budget":10}})"; }, true},
    {"budget", State::crit, "budget_spent",
     [](Facts& f, auto&) { f.replies["/key/info"].body = R"({"info":{"spend":9.9,"max_budget":10}})"; }, true},
    {"budget", State::warn, "key_ends",
     [](Facts& f, auto&) {
       f.replies["/key/info"].body = R"({"info":{"spend":0,"max_budget":null,"expires":"2025-11-25T00:53:20Z"}})";
     },
     true},
    {"budget", State::unknown, "budget_unreadable",
     [](Facts& f, auto&) {
       f.replies["/health/readiness"].body = R"({"status":"healthy","db":"connected","litellm_version":"1"})";
       f.replies["/key/info"] = healthy::reply(403, "no");
     },
     true},
};

const std::vector<Fault>& faults() { return all_faults; }

TEST_CASE("a healthy engine and a healthy gateway pass every check", "[health]") {
  for (const auto& outcome : judge(healthy::vllm(), {}, {})) {
    CAPTURE(outcome.check->id, outcome.finding.message);
    CHECK((outcome.finding.state == State::ok || outcome.finding.code == "not_applicable"));
  }
  for (const auto& outcome : judge(healthy::litellm(), {}, {})) {
    CAPTURE(outcome.check->id, outcome.finding.message);
    CHECK((outcome.finding.state == State::ok || outcome.finding.state == State::skipped));
  }
}

TEST_CASE("a fault makes exactly its check fail, and what depends on it names it", "[health]") {
  const auto at = GENERATE(Catch::Generators::range(std::size_t{0}, faults().size()));
  const auto& fault = faults()[at];
  auto facts = fault.gateway ? healthy::litellm() : healthy::vllm();
  Expectations expectations;
  fault.inject(facts, expectations);
  CAPTURE(fault.check, fault.code);
  for (const auto& outcome : judge(facts, expectations, {})) {
    CAPTURE(outcome.check->id, outcome.finding.message);
    if (outcome.check->id == fault.check) {
      CHECK(outcome.finding.state == fault.state);
      CHECK(outcome.finding.code == fault.code);
      CHECK(outcome.blocked_by.empty());
      continue;
    }
    CHECK((outcome.finding.state == State::ok || outcome.finding.state == State::skipped));
    if (outcome.finding.code == "blocked") CHECK(outcome.blocked_by == fault.check);
  }
}

TEST_CASE("every state that a check declares is produced by some input, and no other", "[health]") {
  std::set<std::pair<std::string_view, State>> seen;
  const auto note = [&](const Facts& facts, const Expectations& expectations) {
    for (const auto& outcome : judge(facts, expectations, {})) {
      if (outcome.blocked_by.empty()) seen.emplace(outcome.check->id, outcome.finding.state);
    }
  };
  note(healthy::vllm(), {});
  note(healthy::litellm(), {});
  for (const auto& fault : faults()) {
    auto facts = fault.gateway ? healthy::litellm() : healthy::vllm();
    Expectations expectations;
    fault.inject(facts, expectations);
    note(facts, expectations);
  }
  // A server without any of the optional parts: everything that can be skipped is.
  auto bare = healthy::litellm();
  bare.kind = find_kind("openai_compatible");
  note(bare, {});
  bare.kind = find_kind("oip");
  note(bare, {});
  auto once = healthy::vllm();
  once.earlier_page.reset();
  note(once, {});
  for (const auto& check : checks()) {
    if (check.level > 2) continue;  // deep_test.cpp
    CAPTURE(check.id);
    std::set<State> declared(check.states.begin(), check.states.end());
    std::set<State> produced;
    for (const auto& [id, state] : seen) {
      if (id == check.id) produced.insert(state);
    }
    for (const auto state : declared) {
      CAPTURE(state_name(state));
      CHECK(produced.contains(state));
    }
    for (const auto state : produced) {
      CAPTURE(state_name(state));
      CHECK(declared.contains(state));
    }
  }
}

TEST_CASE("checks stand below what they depend on, and every finding's code is documented", "[health]") {
  std::set<std::string_view> above;
  for (const auto& check : checks()) {
    CAPTURE(check.id);
    for (const auto id : check.depends) CHECK(above.contains(id));
    CHECK(above.insert(check.id).second);
  }
  for (const auto& fault : faults()) {
    CAPTURE(fault.code);
    CHECK(find_code(fault.code));
  }
}

TEST_CASE("levels and lists choose the checks, and blockers count even when they are not shown", "[health]") {
  CHECK(judge(healthy::vllm(), {}, selection(0)).size() == 5);
  const auto only = judge(healthy::vllm(), {}, selection(0, {"kv"}));
  REQUIRE(only.size() == 1);
  CHECK(only[0].finding.state == State::ok);
  auto facts = healthy::vllm();
  facts.contact.error = net_error(NetFault::connect, "cannot connect to x: connection refused");
  const auto blocked = judge(facts, {}, selection(2, {"kv"}));
  REQUIRE(blocked.size() == 2);
  CHECK(blocked[0].check->id == "tcp");
  CHECK(blocked[0].finding.state == State::crit);
  CHECK(blocked[1].blocked_by == "tcp");
  CHECK(judge(healthy::vllm(), {}, selection(0, {}, {"clock"})).size() == 4);
}

TEST_CASE("a verdict is given once, and what it depends on is judged with it and no more", "[health]") {
  auto facts = healthy::vllm();
  const Expectations expectations;
  Verdicts verdicts(facts, expectations);
  CHECK_FALSE(verdicts.obstacle(*find_check("ready")));
  facts.contact = healthy::reply(502, "");
  facts.replies["/health"] = healthy::reply(503, "");
  CHECK(verdicts.of(*find_check("http")).finding.state == State::ok);
  CHECK(verdicts.of(*find_check("live")).finding.state == State::ok);
  CHECK(verdicts.of(*find_check("ready")).finding.code == "not_ready");
  CHECK(verdicts.obstacle(*find_check("chat"))->blocked_by == "ready");
}

TEST_CASE("waiting for capacity counts, what the scheduler defers does not", "[health]") {
  auto facts = healthy::vllm();
  const auto text = changed("waiting{engine=\"0\"} 0",
                            "waiting{engine=\"0\"} 50\n"
                            "vllm:num_requests_waiting_by_reason{reason=\"capacity\"} 0\n"
                            "vllm:num_requests_waiting_by_reason{reason=\"deferred\"} 50");
  facts.page = healthy::page(text);
  facts.earlier_page = healthy::page(text);
  CHECK(of(judge(facts, {}, {}), "queue").finding.state == State::ok);
}

TEST_CASE("a queue of more than a minute ago does not make the one of now a lasting one", "[health]") {
  auto facts = healthy::vllm();
  const auto text = changed("waiting{engine=\"0\"} 0", "waiting{engine=\"0\"} 2");
  facts.page = healthy::page(text);
  facts.earlier_page = healthy::page(text);
  facts.between_pages_s = 60;
  CHECK(of(judge(facts, {}, {}), "queue").finding.code == "queue_waiting");
  facts.between_pages_s = 61;
  CHECK(of(judge(facts, {}, {}), "queue").finding.state == State::ok);
}

TEST_CASE("the old name of the KV gauge is taken too", "[health]") {
  auto facts = healthy::vllm();
  facts.page = healthy::page("vllm:gpu_cache_usage_perc 0.93\n");
  const auto outcomes = judge(facts, {}, {});
  CHECK(of(outcomes, "kv").finding.state == State::warn);
  CHECK(of(outcomes, "kv").finding.figures[0].value == 0.93);
}

TEST_CASE("a model that differs in case is missing, and the right name is told", "[health]") {
  auto facts = healthy::vllm();
  facts.model = "qwen/qwen3";
  const auto outcomes = judge(facts, {}, {});
  const auto& finding = of(outcomes, "model").finding;
  CHECK(finding.state == State::crit);
  CHECK(finding.message.contains("\"Qwen/Qwen3\" is listed, and differs in case"));
}

TEST_CASE("an expected model is missing from an empty list too", "[health]") {
  auto facts = healthy::vllm();
  facts.replies["{api}/models"] = healthy::reply(200, R"({"data":[]})");
  CHECK(of(judge(facts, {}, {}), "model").finding.code == "model_missing");
}

TEST_CASE("a server error says nothing of the key", "[health]") {
  auto facts = healthy::vllm();
  facts.replies["{api}/models"] = healthy::reply(500, "oops");
  CHECK(of(judge(facts, {}, {}), "auth").finding.state == State::skipped);
}

TEST_CASE("a certificate that nobody verifies is not called trusted, and may still end", "[health]") {
  auto facts = healthy::vllm();
  facts.unverified = true;
  CHECK(of(judge(facts, {}, {}), "tls").finding.message == "the certificate is not verified (insecure_tls)");
  facts.certificate = certificate_for(90, facts);
  const auto outcomes = judge(facts, {}, {});
  CHECK(of(outcomes, "tls").finding.state == State::ok);
  CHECK(of(outcomes, "tls").finding.figures.at(0).value == 90);
}

TEST_CASE("a certificate that nobody verifies may be over, and keeps nobody away", "[health]") {
  auto facts = healthy::vllm();
  facts.unverified = true;
  facts.certificate = certificate_for(-1, facts);
  const auto outcomes = judge(facts, {}, {});
  CHECK(of(outcomes, "tls").finding.state == State::warn);
  CHECK(of(outcomes, "tls").finding.code == "certificate_ends");
  CHECK(of(outcomes, "ready").finding.state == State::ok);
}

TEST_CASE("the days of a certificate have limits of the user's", "[health]") {
  auto facts = healthy::vllm();
  facts.certificate = certificate_for(15, facts);
  Expectations expectations;
  expectations.thresholds = {*parse_threshold("tls.days<14", State::warn)};
  CHECK(of(judge(facts, expectations, {}), "tls").finding.state == State::ok);
  expectations.thresholds = {*parse_threshold("tls<30d", State::crit)};
  CHECK(of(judge(facts, expectations, {}), "tls").finding.state == State::crit);
}

TEST_CASE("a figure beyond its limit hides nothing of a server that works", "[health]") {
  auto facts = healthy::vllm();
  facts.certificate = certificate_for(3, facts);
  Expectations expectations;
  expectations.thresholds = {*parse_threshold("http>1ms", State::crit)};
  const auto outcomes = judge(facts, expectations, {});
  CHECK(of(outcomes, "tls").finding.state == State::crit);
  CHECK(of(outcomes, "http").finding.code == "limit_passed");
  CHECK(of(outcomes, "ready").finding.state == State::ok);
}

TEST_CASE("a name without a tag is Ollama's newest one", "[health]") {
  auto facts = healthy::vllm();
  facts.model = "qwen3";
  facts.replies["{api}/models"].body = R"({"data":[{"id":"qwen3:latest"},{"id":"qwen3:8b"}]})";
  CHECK(of(judge(facts, {}, {}), "model").finding.state == State::ok);
  facts.replies["{api}/models"].body = R"({"data":[{"id":"qwen3:8b"}]})";
  CHECK(of(judge(facts, {}, {}), "model").finding.state == State::crit);
}

TEST_CASE("thresholds of the user replace the built-in ones and say which one was passed", "[health]") {
  Expectations expectations;
  expectations.thresholds = {*parse_threshold("kv>40%", State::crit), *parse_threshold("ctx<65536", State::warn)};
  const auto outcomes = judge(healthy::vllm(), expectations, {});
  CHECK(of(outcomes, "kv").finding.state == State::crit);
  CHECK(of(outcomes, "kv").finding.message.contains("kv>40% is 50%"));
  CHECK(of(outcomes, "ctx").finding.code == "limit_passed");
}

}  // namespace health_check_test
