#pragma once

#include "cli/arguments.h"
#include "cli/commands/health/configured.h"
#include "cli/context.h"
#include "cli/failure.h"

namespace llmgw::cli::health_command {

/// The servers that the command line names: profiles, models (their upstreams), URLs, `KIND+URL`, `@GROUP`, with
/// `--all` every profile and every upstream. Without any: the profile in effect, else every `llmgw serve` of this user
/// that runs with the upstreams of its configuration, else the local proxy. A variable that is not set is an error
/// (`config`) for a single name; among others that server is not asked.
Step<Found> find_targets(const Context& context, const Arguments& given);

}  // namespace llmgw::cli::health_command
