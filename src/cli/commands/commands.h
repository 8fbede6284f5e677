#pragma once

#include "cli/spec.h"

/// Every command, one object each, defined in the file of its name.
namespace llmgw::cli::commands {

extern const CommandSpec completion;
extern const CommandSpec help;
extern const CommandSpec man;
extern const CommandSpec version;

}  // namespace llmgw::cli::commands
