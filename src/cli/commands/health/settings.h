#pragma once

#include "cli/arguments.h"
#include "cli/commands/health/checking.h"
#include "cli/failure.h"

namespace llmgw::cli::health_command {

/// How the command line wants the checks run.
Step<health::RunOptions> run_options(const Arguments& given);

/// When the checks end, and what is waited for; a run of its own may take `one_run`. Errors (`usage`) name options that
/// exclude each other.
Step<Course> course_of(const Arguments& given, net::milliseconds one_run);

}  // namespace llmgw::cli::health_command
