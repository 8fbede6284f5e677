#pragma once

#include <cstddef>
#include <vector>

#include "core/gpu/model.h"

namespace llmgw::gpu {

/// How two GPUs of one host reach each other.
struct Link {
  std::size_t from = 0;  ///< places in the list of GPUs, the smaller first
  std::size_t to = 0;
  Text path;  ///< `NV18`, `PIX`, `PXB`, `PHB`, `NODE`, `SYS`, as nvidia-smi topo writes them
};

/// Where a GPU hangs on the host.
struct Place {
  Text cpus;  ///< `0-15,32-47`: the processors that are near
  Text numa;  ///< the number of the NUMA node
};

/// The ways between the GPUs of one host, and to its processors.
struct Topology {
  std::vector<Link> links;    ///< between all pairs
  std::vector<Place> places;  ///< one for each GPU
};

}  // namespace llmgw::gpu
