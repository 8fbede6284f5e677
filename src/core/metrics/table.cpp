#include "core/metrics/table.h"

#include <array>

#include "core/base/error.h"

namespace llmgw::metrics {
namespace metric_table {

constexpr std::array<std::string_view, 6> endpoints{"chat",   "messages",    "count_tokens",
                                                    "models", "passthrough", "other"};
constexpr std::array<std::string_view, 4> token_kinds{"input", "cached", "output", "reasoning"};
constexpr std::array<std::string_view, 2> reload_results{"ok", "failed"};

// The outcomes are "ok" and the names of the error classes, so that a new class needs no second list.
const std::array<std::string_view, 21>& outcomes() {
  static const auto names = [] {
    std::array<std::string_view, 21> list{"ok"};
    std::size_t next = 1;
    for (const auto& error : error_classes()) list.at(next++) = error.name;
    return list;
  }();
  return names;
}

// What the background checks found; a figure that is not known has no sample.
Row upstream_gauge(Metric metric, std::string_view name, std::string_view help) {
  Row row{metric, name, Type::gauge, help, "upstream"};
  row.open_label = true;
  return row;
}

const std::array<Row, 21>& rows() {
  static const std::array<Row, 21> list{
      Row{Metric::requests, "llmgw_requests_total", Type::counter,
          "Finished requests by endpoint and outcome; an outcome is ok or the class of the error.", "endpoint",
          endpoints, "outcome", outcomes()},
      Row{Metric::request_duration, "llmgw_request_duration_seconds", Type::histogram,
          "Time from the end of the request to the end of the answer.", "endpoint", endpoints},
      Row{Metric::time_to_first_token, "llmgw_time_to_first_token_seconds", Type::histogram,
          "Time from the end of the request to the first content of a streamed answer.", "endpoint", endpoints},
      Row{Metric::tokens, "llmgw_tokens_total", Type::counter,
          "Tokens that upstreams reported (or llmgw estimated where they did not).", "kind", token_kinds},
      Row{Metric::upstream_attempts, "llmgw_upstream_attempts_total", Type::counter,
          "Requests sent to upstreams by outcome.", "outcome", outcomes()},
      Row{Metric::retries, "llmgw_retries_total", Type::counter, "Attempts after the first one."},
      Row{Metric::client_disconnects, "llmgw_client_disconnects_total", Type::counter,
          "Requests whose client left before the answer was complete."},
      Row{Metric::notes, "llmgw_translation_notes_total", Type::counter, "Fields that translation dropped or changed."},
      Row{Metric::in_flight, "llmgw_requests_in_flight", Type::gauge, "Requests being answered now."},
      Row{Metric::connections, "llmgw_connections", Type::gauge, "Open client connections."},
      Row{Metric::connections_refused, "llmgw_connections_refused_total", Type::counter,
          "Client connections that were turned away because too many were open."},
      Row{Metric::request_body_bytes, "llmgw_request_body_bytes", Type::gauge,
          "Memory that the bodies of requests under way take, but for those of up to 64 KiB."},
      Row{Metric::reloads, "llmgw_config_reloads_total", Type::counter, "Reloads of the configuration by result.",
          "result", reload_results},
      Row{Metric::log_lines_lost, "llmgw_log_lines_lost_total", Type::counter,
          "Lines left out of the log because standard error did not take them in time."},
      upstream_gauge(Metric::upstream_up, "llmgw_upstream_up",
                     "1 when requests may be sent to the upstream, also when it is scaled to zero; 0 when they fail."),
      upstream_gauge(Metric::upstream_idle, "llmgw_upstream_idle", "1 when the upstream is scaled to zero."),
      upstream_gauge(Metric::upstream_latency, "llmgw_upstream_check_duration_seconds",
                     "Time in which the upstream answered the last background check."),
      upstream_gauge(Metric::upstream_checked, "llmgw_upstream_check_timestamp_seconds",
                     "When the upstream was last checked, since 1970."),
      upstream_gauge(Metric::upstream_running, "llmgw_upstream_requests_running",
                     "Requests in work, as the upstream itself tells."),
      upstream_gauge(Metric::upstream_waiting, "llmgw_upstream_requests_waiting",
                     "Requests that wait for capacity there, as it tells."),
      upstream_gauge(Metric::upstream_kv, "llmgw_upstream_kv_cache_usage_ratio",
                     "Share of its KV cache that is in use, 0 to 1, as it tells."),
  };
  return list;
}

}  // namespace metric_table

std::span<const Row> table() { return metric_table::rows(); }

const Row& row(Metric metric) { return metric_table::rows().at(static_cast<std::size_t>(metric)); }

std::size_t series(const Row& row) {
  return (row.values.empty() ? 1 : row.values.size()) * (row.second_values.empty() ? 1 : row.second_values.size());
}

}  // namespace llmgw::metrics
