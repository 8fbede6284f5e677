#pragma once

#include "cli/failure.h"
#include "core/bench/report.h"
#include "core/bench/runner.h"

namespace llmgw::cli::bench_command {

/// The exit code of a finished run; a failure when no request succeeded, by how most of them failed.
Outcome outcome_of(const bench::Report& report, const bench::Recording& recording, bool strict);

}  // namespace llmgw::cli::bench_command
