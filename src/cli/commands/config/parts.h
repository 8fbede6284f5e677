#pragma once

#include "cli/spec.h"

/// The parts of `llmgw config`, one file each.
namespace llmgw::cli::commands::config_parts {

extern const CommandSpec init;
extern const CommandSpec path;
extern const CommandSpec schema;
extern const CommandSpec show;
extern const CommandSpec validate;

}  // namespace llmgw::cli::commands::config_parts
