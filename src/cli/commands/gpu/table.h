#pragma once

#include <string>
#include <vector>

#include "cli/term/terminal.h"
#include "core/gpu/health.h"
#include "core/gpu/model.h"

/// Tables of GPUs for people.
namespace llmgw::cli::gpu_command {

/// What is known of the host, on one line.
std::string host_line(const gpu::Snapshot& snapshot);

/// A line about the host and one for each GPU. They fit the terminal's width: names give way.
std::string status_table(const gpu::Snapshot& snapshot, bool wide, const Terminal& terminal);

/// One line for each GPU: number, name, UUID, PCI address, memory.
std::string list_table(const gpu::Snapshot& snapshot, const Terminal& terminal);

/// One line for each process.
std::string process_table(const gpu::Snapshot& snapshot, const Terminal& terminal);

/// One line for each GPU; what is not well is told below it, with what to do. `wide` tells of every check.
std::string health_table(const gpu::Snapshot& snapshot, const std::vector<gpu::Verdict>& verdicts, bool wide,
                         const Terminal& terminal);

}  // namespace llmgw::cli::gpu_command
