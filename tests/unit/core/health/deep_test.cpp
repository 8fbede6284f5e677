#include "core/health/deep/deep.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "faults.h"
#include "healthy.h"

namespace health_deep_test {

using namespace llmgw::health;

Exchange whole(std::string_view body, int status = 200) {
  Exchange exchange{{.path = "{api}/x", .body = "{}"}, healthy::reply(status, body)};
  exchange.reply.seconds = 0.4;
  return exchange;
}

/// Events that come 50 ms apart, after 200 ms; each is the data of one.
Exchange streamed(const std::vector<std::string>& events, double first = 0.2, double step = 0.05) {
  Exchange exchange{{.path = "{api}/x", .body = "{}", .streamed = true}, healthy::reply(200, "")};
  exchange.reply.headers.set("content-type", "text/event-stream");
  double now = first;
  for (const auto& event : events) {
    exchange.reply.body += "data: " + event + "\n\n";
    exchange.arrivals.push_back({now, exchange.reply.body.size()});
    now += step;
  }
  exchange.reply.seconds = now - step;
  return exchange;
}

std::string delta(std::string_view text) {
  return fmt::format(R"({{"choices":[{{"delta":{{"content":"{}"}}}}]}})", text);
}
constexpr auto finish = R"({"choices":[{"delta":{},"finish_reason":"stop"}]})";
constexpr auto usage = R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":6}})";
constexpr auto done = "[DONE]";

std::vector<std::string> counting() {
  return {delta("1 "), delta("2 "), delta("3 "), delta("4 "), delta("5 "), delta("6")};
}

Exchange counted(std::vector<std::string> rest, double first = 0.2, double step = 0.05) {
  auto events = counting();
  std::ranges::move(rest, std::back_inserter(events));
  return streamed(events, first, step);
}

std::string answer(std::string_view text, std::string_view reason = "stop") {
  return fmt::format(
      R"({{"choices":[{{"message":{{"content":"{}"}},"finish_reason":"{}"}}],"usage":{{"prompt_tokens":9,"completion_tokens":2}}}})",
      text, reason);
}

std::string call(std::string_view arguments, std::string_view name = "get_weather") {
  return fmt::format(
      R"({{"choices":[{{"message":{{"content":null,"tool_calls":[{{"id":"a","type":"function","function":{{"name":"{}","arguments":"{}"}}}}]}},"finish_reason":"tool_calls"}}]}})",
      name, arguments);
}

Exchange called_in_pieces(std::string_view first, std::string_view second) {
  const auto piece = [](std::string_view name, std::string_view arguments) {
    return fmt::format(
        R"({{"choices":[{{"delta":{{"tool_calls":[{{"index":0,"function":{{{}"arguments":"{}"}}}}]}}}}]}})", name,
        arguments);
  };
  return streamed({piece(R"("name":"get_weather",)", first), piece("", second),
                   R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})", done});
}

constexpr auto message =
    R"({"type":"message","content":[{"type":"text","text":"pong"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":2}})";
const std::vector<std::string> message_events{
    R"({"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}})",
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"pong"}})",
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}})",
    R"({"type":"message_stop"})"};

Exchange page(double running) { return whole(fmt::format("vllm:num_requests_running {}\n", running)); }

Exchange left_early() {
  auto exchange = streamed(counting());
  exchange.left = true;
  return exchange;
}

constexpr auto good_gpu =
    "DCGM_FI_DEV_GPU_TEMP{gpu=\"0\",UUID=\"GPU-a\",modelName=\"L4\",hostname=\"h\"} 40\n"
    "DCGM_FI_DEV_XID_ERRORS{gpu=\"0\",UUID=\"GPU-a\",modelName=\"L4\",hostname=\"h\"} 0\n";

/// A vLLM server whose answers are all right.
Facts healthy_facts() {
  auto facts = healthy::vllm();
  auto& probes = facts.probes;
  probes["chat"].exchanges = {whole(answer("pong"))};
  probes["stream"].exchanges = {counted({finish, usage, done})};
  probes["embed"].exchanges = {whole(R"({"data":[{"embedding":[0.5,-0.5]}]})")};
  probes["rerank"].exchanges = {
      whole(R"({"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]})")};
  probes["fim"].exchanges = {whole(R"({"object":"text_completion","choices":[{"text":"a + b"}]})")};
  probes["tools"].exchanges = {whole(call(R"({\"city\":\"Paris\"})")),
                               called_in_pieces(R"({\"ci)", R"(ty\":\"Paris\"})")};
  probes["anthropic"].exchanges = {whole(message), streamed(message_events)};
  probes["responses"].exchanges = {
      streamed({R"({"type":"response.created"})", R"({"type":"response.completed","response":{}})"})};
  probes["json"].exchanges = {whole(answer(R"({\"sum\":5})"))};
  probes["vision"].exchanges = {whole(answer("Red."))};
  probes["cancel"].exchanges = {page(0), left_early(), page(0)};
  probes["ctx-limit"].exchanges = {whole(R"({"error":{"message":"maximum context length is 32768 tokens"}})", 400)};
  facts.gpu_page = true;
  probes["gpu"].exchanges = {whole(good_gpu)};
  return facts;
}

/// The same behind LiteLLM.
Facts gateway_facts() {
  auto facts = healthy::litellm();
  facts.model = "coder";
  auto chat = whole(answer("pong"));
  chat.reply.headers.set("x-ratelimit-limit-requests", "100");
  chat.reply.headers.set("x-ratelimit-remaining-requests", "60");
  chat.reply.headers.set("x-ratelimit-limit-tokens", "1000");
  chat.reply.headers.set("x-ratelimit-remaining-tokens", "900");
  chat.reply.headers.set("x-litellm-attempted-fallbacks", "0");
  chat.reply.headers.set("x-litellm-model-id", "abc");
  facts.probes["chat"].exchanges = {chat};
  return facts;
}

using Inject = std::function<void(Facts&)>;
struct Fault {
  std::string_view check;
  State state;
  std::string_view code;
  Inject inject;
  bool gateway = false;
};

Inject first(std::string_view check, Exchange exchange) {
  return [check, exchange](Facts& facts) { facts.probes[std::string(check)].exchanges.front() = exchange; };
}
Inject last(std::string_view check, Exchange exchange) {
  return [check, exchange](Facts& facts) { facts.probes[std::string(check)].exchanges.back() = exchange; };
}
Inject nothing(std::string_view check) {
  return [check](Facts& facts) { facts.probes[std::string(check)].exchanges.clear(); };
}
Inject instead(std::string_view check, std::string_view code) {
  return [check, code](Facts& facts) {
    facts.probes[std::string(check)].instead = Finding{State::skipped, code, "why"};
  };
}
Inject header(std::string_view name, std::string_view value) {
  return [name, value](Facts& facts) { facts.probes["chat"].exchanges.front().reply.headers.set(name, value); };
}

Exchange failed(llmgw::Errc code) {
  Exchange exchange{{.path = "{api}/x", .body = "{}"}, {}};
  exchange.reply.error = llmgw::fail(code, "llm.example: it failed").error();
  return exchange;
}

Exchange cut(llmgw::Errc code) {
  auto exchange = streamed(counting());
  exchange.reply.error = llmgw::fail(code, "llm.example closed the connection").error();
  return exchange;
}

Exchange with_type(std::string_view type) {
  auto exchange = counted({finish, usage, done});
  exchange.reply.headers.set("content-type", type);
  return exchange;
}

/// What any question may meet, for the checks that ask one.
void add_common(std::vector<Fault>& faults, std::string_view check) {
  faults.push_back({check, State::crit, "no_answer", first(check, failed(llmgw::Errc::network))});
  faults.push_back({check, State::crit, "answer_late", first(check, failed(llmgw::Errc::timeout))});
  faults.push_back({check, State::crit, "request_failed", first(check, whole("oops", 500))});
  faults.push_back({check, State::crit, "key_refused", first(check, whole("{}", 401))});
  faults.push_back({check, State::warn, "rate_limited", first(check, whole("{}", 429))});
  faults.push_back({check, State::unknown, "no_time", nothing(check)});
  faults.push_back({check, State::skipped, "would_spend", instead(check, "would_spend")});
}

void add_level_3(std::vector<Fault>& faults) {
  faults.insert(
      faults.end(),
      {
          {"chat", State::crit, "request_refused", first("chat", whole("{}", 400))},
          {"chat", State::crit, "answer_malformed", first("chat", whole("<html>"))},
          {"chat", State::crit, "answer_malformed", first("chat", whole(R"({"error":{"message":"no"}})"))},
          {"chat", State::crit, "answer_empty",
           first("chat", whole(R"({"choices":[{"message":{"content":""},"finish_reason":"stop"}]})"))},
          {"chat", State::crit, "answer_late", first("chat", cut(llmgw::Errc::timeout))},
          {"stream", State::crit, "stream_not_sse", first("stream", with_type("application/json"))},
          {"stream", State::crit, "stream_empty", first("stream", streamed({}))},
          {"stream", State::crit, "stream_error",
           first("stream", streamed({delta("1"), R"({"error":{"message":"out of memory"}})"}))},
          {"stream", State::crit, "stream_error", first("stream", streamed({delta("1"), "{"}))},
          {"stream", State::crit, "stream_unfinished", first("stream", counted({usage, done}))},
          {"stream", State::crit, "answer_cut", first("stream", cut(llmgw::Errc::upstream_protocol))},
          {"stream", State::warn, "stream_unmarked", first("stream", counted({finish, usage}))},
          {"stream", State::warn, "usage_missing", first("stream", counted({finish, done}))},
          {"stream", State::warn, "proxy_buffered", first("stream", counted({finish, usage, done}, 1.0, 0.0))},
          {"embed", State::crit, "answer_malformed", first("embed", whole(R"({"data":[]})"))},
          {"embed", State::crit, "answer_malformed", first("embed", whole(R"({"data":[{"embedding":["a"]}]})"))},
          {"embed", State::crit, "embedding_zero", first("embed", whole(R"({"data":[{"embedding":[0,0.0]}]})"))},
          {"rerank", State::crit, "answer_malformed", first("rerank", whole(R"([{"index":7,"score":1}])"))},
          {"rerank", State::warn, "rerank_wrong",
           first("rerank", whole(R"([{"index":0,"score":0.7},{"index":1,"score":0.2}])"))},
          {"fim", State::skipped, "not_offered", first("fim", whole("{}", 404))},
          {"fim", State::crit, "answer_malformed", first("fim", whole(R"({"choices":[]})"))},
          {"fim", State::crit, "fim_via_chat", first("fim", whole(answer("a + b")))},
          {"fim", State::warn, "fim_wrong", first("fim", whole(R"({"choices":[{"text":"None"}]})"))},
      });
}

void add_features(std::vector<Fault>& faults) {
  faults.insert(
      faults.end(),
      {
          {"tools", State::warn, "feature_refused", first("tools", whole("{}", 400))},
          {"tools", State::crit, "answer_malformed", first("tools", whole("{}"))},
          {"tools", State::crit, "tool_markup_leaked", first("tools", whole(answer("<tool_call>{}</tool_call>")))},
          {"tools", State::crit, "tool_markup_leaked",
           last("tools", streamed({delta("<tool"), delta("_call>"), finish, done}))},
          {"tools", State::crit, "tool_call_missing", first("tools", whole(answer("It is sunny.")))},
          {"tools", State::crit, "tool_call_missing", first("tools", whole(call("{}", "other")))},
          {"tools", State::unknown, "answer_truncated", first("tools", whole(answer("", "length")))},
          {"tools", State::crit, "arguments_malformed", first("tools", whole(call(R"({\"city\":)")))},
          {"tools", State::crit, "arguments_malformed", last("tools", called_in_pieces(R"({\"city\")", ""))},
          {"tools", State::crit, "arguments_wrong", first("tools", whole(call(R"({\"city\":1})")))},
          {"tools", State::crit, "arguments_wrong", first("tools", whole(call(R"({\"city\":\"P\",\"x\":1})")))},
          {"anthropic", State::skipped, "not_offered", first("anthropic", whole("{}", 404))},
          {"anthropic", State::crit, "answer_malformed", first("anthropic", whole("{}"))},
          {"anthropic", State::crit, "answer_malformed", last("anthropic", streamed({R"({"type":"ping"})"}))},
          {"anthropic", State::crit, "stream_unfinished",
           first("anthropic", whole(R"({"content":[{"type":"text","text":"pong"}]})"))},
          {"anthropic", State::crit, "answer_empty",
           first("anthropic", whole(R"({"content":[],"stop_reason":"end_turn"})"))},
          {"anthropic", State::warn, "stream_unmarked",
           last("anthropic", streamed({message_events.begin(), message_events.end() - 1}))},
          {"anthropic", State::warn, "usage_missing",
           first("anthropic", whole(R"({"content":[{"type":"text","text":"a"}],"stop_reason":"end_turn"})"))},
          {"responses", State::skipped, "not_offered", first("responses", whole("{}", 404))},
          {"responses", State::crit, "stream_error", first("responses", streamed({R"({"type":"error"})"}))},
          {"responses", State::crit, "stream_empty", first("responses", streamed({}))},
          {"responses", State::crit, "stream_unfinished",
           first("responses", streamed({R"({"type":"response.created"})"}))},
          {"json", State::warn, "schema_ignored", first("json", whole(answer("five")))},
          {"json", State::warn, "schema_ignored", first("json", whole(answer(R"({\"sum\":\"5\"})")))},
          {"json", State::unknown, "answer_truncated", first("json", whole(answer("", "length")))},
          {"vision", State::warn, "image_unseen", first("vision", whole(answer("Blue")))},
          {"vision", State::unknown, "answer_truncated", first("vision", whole(answer("", "length")))},
      });
}

void add_operation(std::vector<Fault>& faults) {
  faults.insert(
      faults.end(),
      {
          {"cancel", State::crit, "request_lives_on", last("cancel", page(1))},
          {"cancel", State::unknown, "answer_short",
           [](Facts& f) {
             f.probes["cancel"].exchanges[1] = counted({finish, usage, done});
           }},
          {"cancel", State::unknown, "metric_absent", last("cancel", whole("x 1\n"))},
          {"cancel", State::unknown, "metric_absent",
           [](Facts& f) { f.probes["cancel"].exchanges = {whole("no", 404)}; }},
          {"cancel", State::warn, "rate_limited",
           [](Facts& f) {
             f.probes["cancel"].exchanges = {page(0), whole("{}", 429)};
           }},
          {"cancel", State::unknown, "busy",
           [](Facts& f) {
             f.probes["cancel"].exchanges = {page(3), left_early(), page(4)};
           }},
          {"cancel", State::skipped, "would_spend", instead("cancel", "would_spend")},
          {"ctx-limit", State::warn, "context_unguarded", first("ctx-limit", whole(answer("a")))},
          {"ctx-limit", State::warn, "context_error_unclear", first("ctx-limit", whole("bad request", 400))},
          {"gpu", State::crit, "gpu_unwell",
           first("gpu", whole("DCGM_FI_DEV_XID_ERRORS{gpu=\"0\",UUID=\"GPU-a\",modelName=\"L4\"} 79\n"))},
          {"gpu", State::warn, "gpu_unwell",
           first("gpu", whole("DCGM_FI_DEV_XID_ERRORS{gpu=\"0\",UUID=\"GPU-a\",modelName=\"L4\"} 63\n"))},
          {"gpu", State::unknown, "gpu_unreadable", first("gpu", whole("x 1\n"))},
          {"gpu", State::unknown, "gpu_unreadable", first("gpu", whole("no", 404))},
          {"gpu", State::skipped, "not_applicable", instead("gpu", "not_applicable")},
          {"ratelimit-headers", State::warn, "rate_limit_near", header("x-ratelimit-remaining-tokens", "99"), true},
          {"ratelimit-headers", State::skipped, "not_applicable",
           [](Facts& f) { f.probes["chat"].exchanges.front().reply.headers = {}; }, true},
          {"fallback", State::warn, "fallback_used", header("x-litellm-attempted-fallbacks", "1"), true},
          {"fallback", State::warn, "fallback_used", header("x-deltallm-route-fallback-used", "true"), true},
          {"fallback", State::skipped, "not_applicable",
           [](Facts& f) { f.probes["chat"].exchanges.front().reply.headers = {}; }, true},
      });
}

std::vector<Fault> make_faults() {
  std::vector<Fault> faults;
  for (const auto* check :
       {"chat", "stream", "embed", "rerank", "fim", "tools", "anthropic", "responses", "json", "vision", "ctx-limit"}) {
    add_common(faults, check);
  }
  add_level_3(faults);
  add_features(faults);
  add_operation(faults);
  return faults;
}

const std::vector<Fault> all_faults = make_faults();
const std::vector<Fault>& faults() { return all_faults; }

std::vector<Told> told_faults() {
  std::vector<Told> told;
  for (const auto& fault : faults()) told.push_back({fault.check, fault.state, fault.code});
  return told;
}

const Outcome& of(const std::vector<Outcome>& outcomes, std::string_view id) {
  return *std::ranges::find(outcomes, id, [](const Outcome& outcome) { return outcome.check->id; });
}

std::vector<Outcome> judged(const Facts& facts) { return judge(facts, {}, {.level = 4, .only = {}, .skip = {}}); }

TEST_CASE("a server whose answers are right passes every check of levels 3 and 4", "[health]") {
  for (const auto& outcome : judged(healthy_facts())) {
    if (outcome.check->level < 3) continue;
    CAPTURE(outcome.check->id, outcome.finding.code, outcome.finding.message);
    const bool told_by_gateways = outcome.check->id == "fallback" || outcome.check->id == "ratelimit-headers";
    CHECK(outcome.finding.state == (told_by_gateways ? State::skipped : State::ok));
  }
  const auto gateway = judged(gateway_facts());
  CHECK(of(gateway, "ratelimit-headers").finding.state == State::ok);
  CHECK(of(gateway, "ratelimit-headers").finding.figures.at(0).value == 0.6);
  CHECK(of(gateway, "fallback").finding.message == "no fallback, answered by abc");
}

TEST_CASE("a wrong answer makes its check fail under a code that is documented", "[health]") {
  const auto at = GENERATE(Catch::Generators::range(std::size_t{0}, faults().size()));
  const auto& fault = faults()[at];
  auto facts = fault.gateway ? gateway_facts() : healthy_facts();
  fault.inject(facts);
  CAPTURE(at, fault.check, fault.code);
  const auto outcomes = judged(facts);
  const auto& finding = of(outcomes, fault.check).finding;
  CAPTURE(finding.message);
  CHECK(finding.state == fault.state);
  CHECK(finding.code == fault.code);
  CHECK(find_code(fault.code));
}

TEST_CASE("every state that a check of levels 3 and 4 declares is produced by some answer, and no other", "[health]") {
  std::set<std::pair<std::string_view, State>> seen;
  const auto note = [&](const Facts& facts) {
    for (const auto& outcome : judged(facts)) {
      if (outcome.blocked_by.empty()) seen.emplace(outcome.check->id, outcome.finding.state);
    }
  };
  note(healthy_facts());
  note(gateway_facts());
  for (const auto& fault : faults()) {
    auto facts = fault.gateway ? gateway_facts() : healthy_facts();
    fault.inject(facts);
    note(facts);
  }
  for (const auto& check : checks()) {
    if (check.level < 3) continue;
    const std::set<State> declared(check.states.begin(), check.states.end());
    for (const auto state : {State::ok, State::idle, State::warn, State::crit, State::unknown, State::skipped}) {
      CAPTURE(check.id, llmgw::state_name(state));
      CHECK(seen.contains({check.id, state}) == declared.contains(state));
    }
  }
}

TEST_CASE("an answer that a thinking model spends on its thoughts passes", "[health]") {
  auto facts = healthy_facts();
  const auto body =
      GENERATE(R"({"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":{"completion_tokens":200}})",
               R"({"choices":[{"message":{"content":null,"reasoning":"hm"},"finish_reason":"length"}]})",
               R"({"choices":[{"message":{"content":null,"reasoning_content":"hm"},"finish_reason":"length"}]})");
  facts.probes["chat"].exchanges = {whole(body)};
  CHECK(of(judged(facts), "chat").finding.state == State::ok);
}

TEST_CASE("a stream's first token and longest gap are measured", "[health]") {
  auto facts = healthy_facts();
  auto exchange = streamed({delta("a"), delta("b"), finish, usage, done});
  exchange.arrivals[1].seconds = 0.9;
  facts.probes["stream"].exchanges = {exchange};
  const auto outcomes = judged(facts);
  const auto& finding = of(outcomes, "stream").finding;
  REQUIRE(finding.figure("ttft") != nullptr);
  CHECK(finding.figure("ttft")->value == 0.2);
  CHECK(finding.figure("gap")->value == 0.9 - 0.2);
  CHECK(finding.message == "2 events, the first after 200ms, 700ms apart at most");
}

TEST_CASE("compression and a missing X-Accel-Buffering are noted", "[health]") {
  auto facts = healthy_facts();
  auto& headers = facts.probes["stream"].exchanges.front().reply.headers;
  headers.set("content-encoding", "gzip");
  headers.set("server", "nginx/1.22");
  const auto outcomes = judged(facts);
  const auto& told = of(outcomes, "stream").finding.message;
  CHECK(told.contains("compressed with gzip"));
  CHECK(told.contains("X-Accel-Buffering"));
}

TEST_CASE("an answer that is over in a moment is fast, and not held back", "[health]") {
  auto facts = healthy_facts();
  facts.probes["stream"].exchanges = {counted({finish, usage, done}, 0.05, 0.0)};
  CHECK(of(judged(facts), "stream").finding.state == State::ok);
}

TEST_CASE("a slow start with tokens that follow at their pace is no held stream", "[health]") {
  auto facts = healthy_facts();
  facts.probes["stream"].exchanges = {counted({finish, usage, done}, 3.0, 0.02)};
  CHECK(of(judged(facts), "stream").finding.state == State::ok);
}

TEST_CASE("a check that leans on a failed answer is blocked by it", "[health]") {
  auto facts = healthy_facts();
  facts.probes["chat"].exchanges = {whole("oops", 500)};
  const auto outcomes = judged(facts);
  for (const auto* id : {"tools", "json", "vision", "ctx-limit", "responses"}) {
    CAPTURE(id);
    CHECK(of(outcomes, id).blocked_by == "chat");
  }
  CHECK(of(outcomes, "anthropic").finding.state == State::ok);
  CHECK(of(outcomes, "gpu").finding.state == State::ok);
}

TEST_CASE("GPUs of this machine are judged where the server is on it", "[health]") {
  auto facts = healthy_facts();
  facts.gpu_page = false;
  facts.probes["gpu"].exchanges.clear();
  facts.local_gpus = llmgw::fail(llmgw::Errc::not_found, "no driver");
  CHECK(of(judged(facts), "gpu").finding.state == State::skipped);
  llmgw::gpu::Snapshot host;
  host.gpus.emplace_back();
  host.gpus[0].presence = llmgw::gpu::Presence::lost;
  facts.local_gpus = host;
  CHECK(of(judged(facts), "gpu").finding.state == State::crit);
}

}  // namespace health_deep_test
