#pragma once

#include <vector>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/health/target.h"

namespace llmgw::cli::health_command {

/// The servers that the command line names: profiles, models (their upstreams), URLs, `KIND+URL`, `@GROUP`, with
/// `--all` every profile and every upstream. Without any: the profile in effect, else every `llmgw serve` of this user
/// that runs with the upstreams of its configuration, else the local proxy.
Step<std::vector<health::Target>> find_targets(const Context& context, const Arguments& given);

}  // namespace llmgw::cli::health_command
