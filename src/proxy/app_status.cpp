#include "proxy/app_status.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "core/config/config.h"

namespace llmgw::proxy {
namespace app_status {

using metrics::Metric;

std::int64_t by_label(const metrics::Page& page, Metric metric, std::size_t wanted) {
  return page.total(metric, [wanted](std::size_t label, std::size_t) { return label == wanted; });
}

status::Counters counters(const metrics::Page& page) {
  // Outcomes are "ok", then the classes of errors in their order.
  constexpr auto left = static_cast<std::size_t>(Errc::cancelled) + 1;
  status::Counters counted;
  counted.requests = page.total(Metric::requests);
  counted.failed =
      page.total(Metric::requests, [](std::size_t, std::size_t outcome) { return outcome != 0 && outcome != left; });
  counted.client_left = page.total(Metric::client_disconnects);
  counted.upstream_attempts = page.total(Metric::upstream_attempts);
  counted.retries = page.total(Metric::retries);
  counted.input_tokens = by_label(page, Metric::tokens, static_cast<std::size_t>(metrics::TokenKind::input));
  counted.output_tokens = by_label(page, Metric::tokens, static_cast<std::size_t>(metrics::TokenKind::output));
  counted.reloads = by_label(page, Metric::reloads, 0);
  counted.reloads_refused = by_label(page, Metric::reloads, 1);
  return counted;
}

}  // namespace app_status

ConfigSource find_source(const ServeOptions& options, const Env& env, const Clock& clock) {
  ConfigSource source;
  if (options.upstream) return source;
  const auto file = config::find_file(options.config, env);
  if (!file || !*file) return source;  // whoever reads it says what is wrong
  std::error_code problem;
  source.file = std::filesystem::absolute(**file, problem).string();
  struct stat status {};
  if (::stat(source.file.c_str(), &status) == 0) source.mtime_unix_s = status.st_mtime;
  source.loaded_unix_s = clock.unix_s();
  return source;
}

namespace app_status {

status::LaunchRow launch_row(const std::string& name, const config::Launch& launch) {
  status::LaunchRow row;
  row.name = name;
  row.model = launch.model.empty() ? name : launch.model;
  const auto add = [&row](const char* key, const std::string& value) {
    if (!value.empty()) row.facts.emplace_back(key, value);
  };
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : std::string();
  };
  add("engine", launch.engine);
  add("context", number(launch.context));
  add("parallelism", launch.parallelism);
  add("speculative", launch.speculative);
  add("kv_dtype", launch.kv_dtype);
  add("max_num_seqs", number(launch.max_num_seqs));
  add("max_batched_tokens", number(launch.max_batched_tokens));
  add("gpu_memory_utilization", launch.gpu_memory_utilization);
  return row;
}

}  // namespace app_status

status::UpstreamRow describe(const Backend& backend) {
  constexpr double ms_per_s = 1000;
  const auto& standing = backend.standing;
  status::UpstreamRow row;
  row.name = standing.name;
  row.models = backend.models;
  row.state = health::standing_word(standing);
  row.kind = standing.kind;
  row.version = standing.version;
  row.code = standing.code;
  row.message = standing.message;
  if (standing.seconds) row.latency_ms = *standing.seconds * ms_per_s;
  row.context = standing.context;
  row.running = standing.running;
  row.waiting = standing.waiting;
  row.kv = standing.kv;
  row.checked_unix_s = standing.checked_unix_s;
  row.since_unix_s = standing.since_unix_s;
  return row;
}

status::ServeStatus describe(const Snapshot& snapshot, const metrics::Page& page, const ConfigSource& source) {
  status::ServeStatus status;
  status.config_file = source.file;
  status.config_mtime_unix_s = source.mtime_unix_s;
  status.config_loaded_unix_s = source.loaded_unix_s;
  status.token_required = snapshot.token_required;
  status.slow_ms = snapshot.config.server.slow_ms;
  status.in_flight = page.total(metrics::Metric::in_flight);
  status.connections = page.total(metrics::Metric::connections);
  status.counters = app_status::counters(page);
  for (const auto& upstream : snapshot.upstreams) {
    const auto name = upstream.public_name.empty() ? std::string(any_name) : upstream.public_name;
    status.models.push_back({.name = name,
                             .served = upstream.model,
                             .provider = std::string(upstream.provider->name),
                             .upstream = upstream.label});
  }
  for (const auto& [name, launch] : snapshot.config.launches) {
    status.launches.push_back(app_status::launch_row(name, launch));
  }
  return status;
}

}  // namespace llmgw::proxy
