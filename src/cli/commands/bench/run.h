#pragma once

#include "cli/spec.h"

namespace llmgw::cli::bench_command {

/// `llmgw bench run`, which bare `llmgw bench` is.
extern const CommandSpec run;

}  // namespace llmgw::cli::bench_command
