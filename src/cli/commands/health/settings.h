#pragma once

#include "cli/arguments.h"
#include "cli/commands/health/checking.h"
#include "cli/failure.h"

namespace llmgw::cli::health_command {

/// How the command line wants the checks run.
Step<health::RunOptions> run_options(const Arguments& given);

/// When the checks end, and what is waited for. Errors (`usage`) name options that exclude each other.
Step<Course> course_of(const Arguments& given);

}  // namespace llmgw::cli::health_command
