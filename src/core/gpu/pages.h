#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/model.h"
#include "core/metrics/exposition.h"

/// Pages of the exporters that tell of GPUs. A page of one exporter may tell of several hosts.
namespace llmgw::gpu::pages {

/// One exporter: how its pages are known, and what reads them.
struct Exporter {
  std::string_view name;
  std::string_view prefix;  ///< some series' name starts with it
  std::vector<Snapshot> (*read)(const metrics::Exposition& page);
};

/// All exporters that are known.
std::span<const Exporter> exporters();

/// Reads a page of whichever exporter it is of. node_exporter's series add the host's memory, in a page of their own as
/// well as beside GPUs. `not_found` error when there is nothing of a GPU or host in it.
Result<std::vector<Snapshot>> read(const metrics::Exposition& page);

/// DCGM's exporter: github.com/NVIDIA/dcgm-exporter.
std::vector<Snapshot> read_dcgm(const metrics::Exposition& page);
/// nvitop-exporter: github.com/XuehaiPan/nvitop.
std::vector<Snapshot> read_nvitop(const metrics::Exposition& page);
/// all-smi: github.com/lablup/all-smi.
std::vector<Snapshot> read_all_smi(const metrics::Exposition& page);
/// Adds node_exporter's memory of the host.
void add_node(const metrics::Exposition& page, Snapshot& snapshot);

}  // namespace llmgw::gpu::pages
