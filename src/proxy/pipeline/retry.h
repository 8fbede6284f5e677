#pragma once

#include <chrono>
#include <cstdint>

#include "core/base/error.h"
#include "core/base/ids.h"

namespace llmgw::proxy {

/// True when another attempt may end better: the upstream could not be reached, timed out, limited the rate or
/// failed. Refusals of the request itself stay what they are.
bool may_retry(const Error& error);

/// How long to wait before attempt number `next` (2 = the first retry): what the upstream asked for, at most a minute;
/// else half a second doubled per attempt, with full jitter so that clients do not come back in step. `unix_s` is the
/// time, in seconds since 1970: an upstream may name a date.
std::chrono::milliseconds retry_delay(const Error& error, int next, IdSource& random, std::int64_t unix_s);

}  // namespace llmgw::proxy
