#include <iterator>
#include <optional>

#include "core/base/clock.h"
#include "core/json/writer.h"
#include "core/status/status.h"

namespace llmgw::status {
namespace status_encode {

void write_text(json::Writer& json, std::string_view name, std::string_view text) {
  if (text.empty()) return json.member_null(name);
  json.member(name, text);
}

void write_model(json::Writer& json, const ModelRow& row) {
  json.begin_object();
  json.member("name", row.name);
  write_text(json, "served", row.served);
  json.member("provider", row.provider);
  json.member("upstream", row.upstream);
  json.end_object();
}

void write_number(json::Writer& json, std::string_view name, const std::optional<double>& value) {
  json.key(name);
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

void write_upstream(json::Writer& json, const UpstreamRow& row) {
  json.begin_object();
  json.member("name", row.name);
  json.key("models");
  json.begin_array();
  for (const auto& model : row.models) json.string(model);
  json.end_array();
  json.member("state", row.state);
  write_text(json, "kind", row.kind);
  write_text(json, "version", row.version);
  write_text(json, "code", row.code);
  write_text(json, "message", row.message);
  write_number(json, "latency_ms", row.latency_ms);
  if (row.context) {
    json.member("context", *row.context);
  } else {
    json.member_null("context");
  }
  write_number(json, "running", row.running);
  write_number(json, "waiting", row.waiting);
  write_number(json, "kv", row.kv);
  json.member("checked_unix_s", row.checked_unix_s);
  json.member("since_unix_s", row.since_unix_s);
  json.end_object();
}

void write_launch(json::Writer& json, const LaunchRow& row) {
  json.begin_object();
  json.member("name", row.name);
  json.member("model", row.model);
  json.key("facts");
  json.begin_object();
  for (const auto& [name, value] : row.facts) json.member(name, value);
  json.end_object();
  json.end_object();
}

void write_request(json::Writer& json, const RequestRow& row) {
  json.begin_object();
  json.member("time", rfc3339(row.unix_s));
  json.member("unix_s", row.unix_s);
  json.member("id", row.id);
  json.member("method", row.method);
  json.member("path", row.path);
  write_text(json, "model", row.model);
  write_text(json, "upstream", row.upstream);
  json.member("status", row.status);
  json.key("ms");
  json.number(row.ms);
  write_number(json, "ttft_ms", row.ttft_ms);
  write_number(json, "stall_ms", row.stall_ms);
  write_text(json, "outcome", row.outcome);
  write_text(json, "message", row.message);
  json.end_object();
}

void write_config(json::Writer& json, const ServeStatus& status) {
  json.key("config");
  if (status.config_file.empty()) return json.null();
  json.begin_object();
  json.member("file", status.config_file);
  json.member("mtime_unix_s", status.config_mtime_unix_s);
  json.member("loaded_unix_s", status.config_loaded_unix_s);
  json.end_object();
}

void write_counters(json::Writer& json, const Counters& counters) {
  json.key("counters");
  json.begin_object();
  json.member("requests", counters.requests);
  json.member("failed", counters.failed);
  json.member("client_left", counters.client_left);
  json.member("upstream_attempts", counters.upstream_attempts);
  json.member("retries", counters.retries);
  json.member("input_tokens", counters.input_tokens);
  json.member("output_tokens", counters.output_tokens);
  json.member("reloads", counters.reloads);
  json.member("reloads_refused", counters.reloads_refused);
  json.end_object();
}

template <class Rows, class Write>
void write_list(json::Writer& json, std::string_view name, const Rows& rows, Write&& write) {
  json.key(name);
  json.begin_array();
  for (const auto& row : rows) write(json, row);
  json.end_array();
}

}  // namespace status_encode

std::string encode(const ServeStatus& status) {
  using namespace status_encode;
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("name", "llmgw");
  json.member("version", status.version);
  json.member("pid", status.pid);
  json.member("state", status.state);
  json.member("started", rfc3339(status.started_unix_s));
  json.member("started_unix_s", status.started_unix_s);
  json.member("now_unix_s", status.now_unix_s);
  write_config(json, status);
  json.member("control", status.control);
  write_list(json, "listeners", status.listeners, [](json::Writer& to, const std::string& url) { to.string(url); });
  json.member("token_required", status.token_required);
  json.member("workers", status.workers);
  json.member("in_flight", status.in_flight);
  json.member("connections", status.connections);
  json.member("slow_ms", status.slow_ms);
  write_counters(json, status.counters);
  write_list(json, "models", status.models, write_model);
  write_list(json, "upstreams", status.upstreams, write_upstream);
  write_list(json, "launches", status.launches, write_launch);
  write_list(json, "recent", status.recent, write_request);
  json.end_object();
  return out + "\n";
}

}  // namespace llmgw::status
