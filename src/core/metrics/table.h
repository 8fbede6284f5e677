#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace llmgw::metrics {

/// Every metric of the gateway. The row of each is in `table()`, which makes `/metrics` and its documentation.
enum class Metric : std::uint8_t {
  requests,             ///< by endpoint and outcome
  request_duration,     ///< by endpoint
  time_to_first_token,  ///< by endpoint
  tokens,               ///< by kind
  upstream_attempts,    ///< by outcome
  retries,
  client_disconnects,
  notes,
  in_flight,
  connections,
  connections_refused,
  request_body_bytes,
  reloads,  ///< by result
  log_lines_lost,
  upstream_up,  ///< by upstream, as are those below
  upstream_idle,
  upstream_latency,
  upstream_checked,
  upstream_running,
  upstream_waiting,
  upstream_kv,
};

enum class Type : std::uint8_t { counter, gauge, histogram };

/// One row: the name on the wire, what it means, and the names of the values its one label can take.
struct Row {
  Metric metric;
  std::string_view name;
  Type type;
  std::string_view help;
  std::string_view label = {};                    ///< label name; empty: none
  std::span<const std::string_view> values = {};  ///< the label's values
  std::string_view second_label = {};             ///< only `requests` has one
  std::span<const std::string_view> second_values = {};
  bool open_label = false;  ///< the label's values are found while running: no shard counts it, see `Found`
};

/// A figure of an open label's value.
struct Found {
  Metric metric;
  std::string label;
  double value;
};

/// All metrics in the order of exposition.
std::span<const Row> table();
/// The row of one metric.
const Row& row(Metric metric);
/// Counters (or histograms) a metric has: the product of its labels' sizes.
std::size_t series(const Row& row);

/// What an endpoint is called in labels; the order is the label's.
enum class Endpoint : std::uint8_t { chat, messages, count_tokens, models, passthrough, other };
/// What kind of token is counted.
enum class TokenKind : std::uint8_t { input, cached, output, reasoning };

}  // namespace llmgw::metrics
