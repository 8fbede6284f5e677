#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/smi.h"
#include "core/gpu/topology.h"

namespace llmgw::gpu::smi {

/// The arguments that ask for the ways between GPUs.
std::vector<std::string> topology_query();

/// Reads the answer to it: a square with a line for each GPU and, behind the GPUs' columns, others (network cards,
/// affinities), of which CPU and NUMA affinity are taken. `not_found` error for another text.
Result<Topology> read_topology(const Answer& answer);

}  // namespace llmgw::gpu::smi
