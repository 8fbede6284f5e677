#pragma once

#include <string>

#include "cli/context.h"
#include "core/bench/plan.h"
#include "core/bench/runner.h"
#include "core/net/task.h"

namespace llmgw::cli::bench_command {

/// One line about a run in progress: `12 s  3 in flight  118 ok  2 failed  9.8 req/s`.
std::string progress_line(const bench::Recording& recording, const bench::Load& load, bench::Moment now);

/// Rewrites the line on standard error four times a second until it is cancelled, then wipes it.
net::Task<> show_progress(Context& context, const bench::Recording& recording, const bench::Load& load);

}  // namespace llmgw::cli::bench_command
