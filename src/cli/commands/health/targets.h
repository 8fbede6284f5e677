#pragma once

#include <vector>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/health/target.h"

namespace llmgw::cli::health_command {

/// The servers that the command line names: profiles, URLs, `KIND+URL`, every profile with `--all`, else the profile
/// in effect or the local proxy.
Step<std::vector<health::Target>> find_targets(const Context& context, const Arguments& given);

}  // namespace llmgw::cli::health_command
