#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/ir/event.h"
#include "core/ir/usage.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/services.h"

namespace llmgw::proxy {

/// What is told about a request once it is over: its log line and its counters.
struct Record {
  int status = 0;              ///< sent to the client; 499 when it left first
  std::optional<Error> error;  ///< why it failed, also after a 200 was sent
  bool stranger = false;       ///< refused before it was known that the client may ask
  bool stream = false;
  int attempts = 0;
  std::string_view upstream;  ///< label of the last upstream tried; the exchange's snapshot keeps it
  std::string upstream_model;
  std::string upstream_id;  ///< the upstream's own request id
  http::Headers advice;     ///< what the client may see of the head of a refusal: rate limits, when to come back
  std::optional<ir::Usage> usage;
  ir::FinishReason finish = ir::FinishReason::none;
  std::int64_t first_token_ns = 0;  ///< monotonic; 0: none seen
  std::int64_t longest_gap_ns = 0;  ///< longest silence inside a stream, after its first token
};

/// Counts the request and writes its log line.
void close_record(const Exchange& exchange, const Record& record, const Services& services);

/// The log line: `key=value` pairs, or one JSON object. No bodies, no credentials.
std::string log_line(const Exchange& exchange, const Record& record, std::int64_t now_ns, std::int64_t unix_s);

}  // namespace llmgw::proxy
