#pragma once

#include <span>
#include <string>

#include "cli/context.h"

namespace llmgw::cli {

/// Runs one command line and gives the exit code of the program. Failures have been told on `context.err`.
int run_command_line(std::span<const std::string> args, Context context);

}  // namespace llmgw::cli
