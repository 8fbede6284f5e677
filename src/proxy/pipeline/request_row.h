#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/status/status.h"
#include "proxy/pipeline/record.h"

namespace llmgw::proxy {

/// The first bytes of a text, not cut inside a character of UTF-8, with dots where something is missing.
std::string beginning(std::string_view text, std::size_t longest);

/// True for a request that failed, and for a slow one: its answer, or the first token of a streamed one, took at least
/// `[server] slow_ms`, or the stream was silent for as long. A stream that is merely long is not slow. A client that
/// left is no failure, and strangers are not kept: they could push out what the owner wants to see.
bool worth_keeping(const Exchange& exchange, const Record& record, std::int64_t now_ns);

/// The request as `llmgw status` shows it: no body, no header, no query.
status::RequestRow request_row(const Exchange& exchange, const Record& record, std::int64_t now_ns,
                               std::int64_t unix_s);

}  // namespace llmgw::proxy
