#pragma once

#include "cli/spec.h"

/// The parts of `llmgw gpu`.
namespace llmgw::cli::gpu_command {

extern const CommandSpec status;
extern const CommandSpec list;
extern const CommandSpec procs;
extern const CommandSpec topo;
extern const CommandSpec health;
extern const CommandSpec pick;
extern const CommandSpec record;
extern const CommandSpec exporter;
extern const CommandSpec top;

}  // namespace llmgw::cli::gpu_command
