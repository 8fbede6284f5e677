#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/client/target.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/config/config.h"
#include "core/health/report.h"
#include "core/health/target.h"

/// Targets that a configuration file names.
namespace llmgw::cli::health_command {

/// The servers of a command line. One whose variable is not set cannot be asked: its report says which.
struct Found {
  std::vector<health::Target> targets;
  std::vector<health::TargetReport> unasked;

  void add(Found more);
};

/// A client command's target as health checks see it.
Step<health::Target> converted(const Target& from, const health::Kind* kind);

/// The configuration in effect, or nullopt where there is none.
Step<std::optional<config::Loaded>> configuration(const Context& context, const Arguments& given);

/// The profile or the model of that name; the error (`not_found`) tells the nearest one.
Step<Found> by_name(const Context& context, const Arguments& given, const std::string& name);
/// Every profile and model of that group, which must have some; empty: every profile and model there is.
Step<Found> by_group(const Context& context, const Arguments& given, const std::string& group);
/// The upstreams of a configuration file.
Step<Found> upstreams_of(const Context& context, const std::string& file);

}  // namespace llmgw::cli::health_command
