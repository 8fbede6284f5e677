#include "core/base/clock.h"
#include "core/health/standing.h"
#include "core/json/writer.h"

namespace llmgw::health {
namespace render_standing {

constexpr double ms_per_s = 1000;

std::string_view grade(const Standing& standing) {
  if (!standing.serves) return "fail";
  return standing.state == State::ok || standing.state == State::idle ? "pass" : "warn";
}

/// A gateway that serves warns as soon as one of its servers does not: the others carry its load.
std::string_view grade(Readiness readiness, const Overview& overview) {
  if (readiness != Readiness::ready) return "fail";
  for (const auto& server : overview.servers) {
    if (grade(server) != "pass") return "warn";
  }
  return "pass";
}

void write_optional(json::Writer& out, std::string_view name, const std::optional<double>& value, double scale = 1) {
  if (!value) return;
  out.key(name);
  out.number(*value * scale);
}

/// One entry of the check "upstream:responseTime".
void write_check(json::Writer& out, const Standing& server) {
  out.begin_object();
  out.member("componentId", server.name);
  out.member("componentType", "component");
  out.member("status", grade(server));
  write_optional(out, "observedValue", server.seconds, ms_per_s);
  if (server.seconds) out.member("observedUnit", "ms");
  if (server.checked_unix_s != 0) out.member("time", rfc3339(server.checked_unix_s));
  if (!server.message.empty()) out.member("output", rendering::one_line(server.message));
  out.end_object();
}

void write_server(json::Writer& out, const Standing& server) {
  out.begin_object();
  out.member("name", server.name);
  out.member("status", standing_word(server));
  write_optional(out, "latency_ms", server.seconds, ms_per_s);
  if (!server.kind.empty()) out.member("kind", server.kind);
  if (!server.version.empty()) out.member("version", rendering::one_line(server.version));
  write_optional(out, "running", server.running);
  write_optional(out, "waiting", server.waiting);
  write_optional(out, "kv", server.kv);
  if (!server.code.empty()) {
    out.member("code", server.code);
    out.member("message", rendering::one_line(server.message));
  }
  if (server.checked_unix_s != 0) out.member("checked", rfc3339(server.checked_unix_s));
  out.end_object();
}

}  // namespace render_standing

std::string health_json(Readiness readiness, const Overview& overview, std::string_view version) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("status", render_standing::grade(readiness, overview));
  out.member("releaseId", version);
  out.member("description", "llmgw");
  if (readiness != Readiness::ready) out.member("output", readiness_name(readiness));
  out.key("checks");
  out.begin_object();
  // The draft forbids a colon in a component's name, and addresses have one: they are component ids.
  out.key("upstream:responseTime");
  out.begin_array();
  for (const auto& server : overview.servers) render_standing::write_check(out, server);
  out.end_array();
  out.end_object();
  out.end_object();
  return text + "\n";
}

std::string readiness_json(Readiness readiness, const Overview& overview) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("status", readiness == Readiness::ready ? "ok" : readiness_name(readiness));
  out.key("upstreams");
  out.begin_array();
  for (const auto& server : overview.servers) render_standing::write_server(out, server);
  out.end_array();
  out.end_object();
  return text + "\n";
}

}  // namespace llmgw::health
