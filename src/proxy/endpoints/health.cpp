#include "core/json/writer.h"
#include "proxy/endpoints/probe.h"

namespace llmgw::proxy {
namespace health_endpoint {

constexpr std::string_view text_type = "text/plain; charset=utf-8";
constexpr std::string_view json_type = "application/json";
constexpr int unavailable = 503;

using health::Readiness;

/// What is known of the upstreams; of none before the first round of checks.
const health::Overview& overview(const Call& call) {
  static const health::Overview none;
  return call.memory.upstreams ? *call.memory.upstreams : none;
}

Readiness readiness(const Call& call) { return readiness_of(call.process.phase(), call.memory.upstreams.get()); }

int status_of(Readiness readiness) { return readiness == Readiness::ready ? 200 : unavailable; }

// LiteLLM's words while requests can be served. It says them also when it can serve none, and a balancer that asks for
// the status alone then goes on sending; whoever wants to know of the process alone asks /livez.
std::string litellm_liveliness(Readiness readiness) {
  if (readiness == Readiness::ready) return R"("I'm alive!")";
  std::string text;
  json::Writer(text).string(health::readiness_name(readiness));
  return text;
}

// The members that LiteLLM's own answer has (docs.litellm.ai, "Health Checks"); llmgw has no database and no cache.
std::string litellm_readiness(Readiness readiness) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("status", readiness == Readiness::ready ? "healthy" : "unhealthy");
  if (readiness != Readiness::ready) out.member("reason", health::readiness_name(readiness));
  out.member("db", "Not connected");
  out.member_null("cache");
  out.key("success_callbacks");
  out.begin_array();
  out.end_array();
  out.end_object();
  return text;
}

}  // namespace health_endpoint

net::Task<> run_live(Call call) {
  auto body = std::string("ok\n");
  co_await answer_probe(call, 200, health_endpoint::text_type, std::move(body));
}

net::Task<> run_healthz(Call call) {
  auto body = std::string(R"({"status":"ok"})");
  co_await answer_probe(call, 200, health_endpoint::json_type, std::move(body));
}

net::Task<> run_ready(Call call) {
  call.process.look();
  const auto found = health_endpoint::readiness(call);
  const int status = health_endpoint::status_of(found);
  if (access_of(call.row, call.exchange.http) == Access::open_loopback) {
    auto why = health::readiness_json(found, health_endpoint::overview(call));
    co_await answer_probe(call, status, health_endpoint::json_type, std::move(why));
    co_return;
  }
  auto body = found == health::Readiness::ready ? std::string("ok") : std::string(health::readiness_name(found));
  body += '\n';
  co_await answer_probe(call, status, health_endpoint::text_type, std::move(body));
}

net::Task<> run_health(Call call) {
  call.process.look();
  const auto found = health_endpoint::readiness(call);
  const int status = health_endpoint::status_of(found);
  auto body = health::health_json(found, health_endpoint::overview(call), LLMGW_VERSION);
  co_await answer_probe(call, status, "application/health+json", std::move(body));
}

net::Task<> run_litellm_live(Call call) {
  call.process.look();
  const auto found = health_endpoint::readiness(call);
  const int status = health_endpoint::status_of(found);
  auto body = health_endpoint::litellm_liveliness(found);
  co_await answer_probe(call, status, health_endpoint::json_type, std::move(body));
}

net::Task<> run_litellm_ready(Call call) {
  call.process.look();
  const auto found = health_endpoint::readiness(call);
  const int status = health_endpoint::status_of(found);
  auto body = health_endpoint::litellm_readiness(found);
  co_await answer_probe(call, status, health_endpoint::json_type, std::move(body));
}

}  // namespace llmgw::proxy
