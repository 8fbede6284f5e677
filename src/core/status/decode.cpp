#include "core/json/view.h"
#include "core/status/status.h"

namespace llmgw::status {
namespace status_decode {

std::string text(json::View view) { return view.string().value_or(""); }
std::int64_t number(json::View view) { return view.integer().value_or(0); }

ModelRow model(json::View view) {
  return {.name = text(view["name"]),
          .served = text(view["served"]),
          .provider = text(view["provider"]),
          .upstream = text(view["upstream"])};
}

UpstreamRow upstream(json::View view) {
  UpstreamRow row;
  row.name = text(view["name"]);
  for (const auto name : view["models"].elements()) row.models.push_back(text(name));
  row.state = text(view["state"]);
  row.kind = text(view["kind"]);
  row.version = text(view["version"]);
  row.code = text(view["code"]);
  row.message = text(view["message"]);
  row.latency_ms = view["latency_ms"].number();
  row.context = view["context"].integer();
  row.running = view["running"].number();
  row.waiting = view["waiting"].number();
  row.kv = view["kv"].number();
  row.checked_unix_s = number(view["checked_unix_s"]);
  row.since_unix_s = number(view["since_unix_s"]);
  return row;
}

LaunchRow launch(json::View view) {
  LaunchRow row{.name = text(view["name"]), .model = text(view["model"])};
  for (const auto& [name, value] : view["facts"].members()) row.facts.emplace_back(name, text(value));
  return row;
}

RequestRow request(json::View view) {
  RequestRow row;
  row.unix_s = number(view["unix_s"]);
  row.id = text(view["id"]);
  row.method = text(view["method"]);
  row.path = text(view["path"]);
  row.model = text(view["model"]);
  row.upstream = text(view["upstream"]);
  row.status = static_cast<int>(number(view["status"]));
  row.ms = view["ms"].number().value_or(0);
  row.ttft_ms = view["ttft_ms"].number();
  row.stall_ms = view["stall_ms"].number();
  row.outcome = text(view["outcome"]);
  row.message = text(view["message"]);
  return row;
}

Counters counters(json::View view) {
  return {.requests = number(view["requests"]),
          .failed = number(view["failed"]),
          .client_left = number(view["client_left"]),
          .upstream_attempts = number(view["upstream_attempts"]),
          .retries = number(view["retries"]),
          .input_tokens = number(view["input_tokens"]),
          .output_tokens = number(view["output_tokens"]),
          .reloads = number(view["reloads"]),
          .reloads_refused = number(view["reloads_refused"])};
}

}  // namespace status_decode

Result<ServeStatus> decode(std::string_view body) {
  using namespace status_decode;
  const auto view = json::parse(body);
  if (!view || !(*view)["version"].is_string() || !(*view)["pid"].is_number()) {
    return fail(Errc::upstream_protocol, "the answer of the control socket is no status of llmgw");
  }
  ServeStatus status;
  status.version = text((*view)["version"]);
  status.pid = number((*view)["pid"]);
  status.state = text((*view)["state"]);
  status.started_unix_s = number((*view)["started_unix_s"]);
  status.now_unix_s = number((*view)["now_unix_s"]);
  const auto config = (*view)["config"];
  status.config_file = text(config["file"]);
  status.config_mtime_unix_s = number(config["mtime_unix_s"]);
  status.config_loaded_unix_s = number(config["loaded_unix_s"]);
  status.control = text((*view)["control"]);
  for (const auto url : (*view)["listeners"].elements()) status.listeners.push_back(text(url));
  status.token_required = (*view)["token_required"].boolean().value_or(true);
  status.workers = number((*view)["workers"]);
  status.in_flight = number((*view)["in_flight"]);
  status.connections = number((*view)["connections"]);
  status.slow_ms = number((*view)["slow_ms"]);
  status.counters = counters((*view)["counters"]);
  for (const auto row : (*view)["models"].elements()) status.models.push_back(model(row));
  for (const auto row : (*view)["upstreams"].elements()) status.upstreams.push_back(upstream(row));
  for (const auto row : (*view)["launches"].elements()) status.launches.push_back(launch(row));
  for (const auto row : (*view)["recent"].elements()) status.recent.push_back(request(row));
  return status;
}

}  // namespace llmgw::status
