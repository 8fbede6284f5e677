#pragma once

#include <cstdint>

#include "core/status/status.h"
#include "proxy/pipeline/record.h"

namespace llmgw::proxy {

/// True for a request that failed, and for one that took at least `[server] slow_ms`. A client that left is no failure.
bool worth_keeping(const Exchange& exchange, const Record& record, std::int64_t now_ns);

/// The request as `llmgw status` shows it: no body, no header, no query.
status::RequestRow request_row(const Exchange& exchange, const Record& record, std::int64_t now_ns,
                               std::int64_t unix_s);

}  // namespace llmgw::proxy
