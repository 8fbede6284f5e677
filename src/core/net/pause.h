#pragma once

#include <chrono>

#include "core/base/error.h"
#include "core/net/task.h"

namespace llmgw::net {

/// Waits. Ends early with `cancelled` when the coroutine is cancelled.
Task<Result<>> pause(std::chrono::nanoseconds time);

}  // namespace llmgw::net
