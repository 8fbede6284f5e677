#pragma once

#include <string>
#include <vector>

#include "cli/commands/gpu/sources.h"
#include "core/gpu/health.h"

/// Snapshots in formats of other programs.
namespace llmgw::cli::gpu_command {

/// A heading and one line for each GPU, every figure a column; a figure that is not known is an empty cell.
std::string csv(const std::vector<gpu::Snapshot>& hosts);

/// What `gpustat --json` prints (github.com/wookayin/gpustat), one document for each host.
std::string gpustat(const std::vector<gpu::Snapshot>& hosts);

/// Prometheus text: `llmgw_gpu_*` in base units. A figure that is not known has no sample. With `sources`, and where
/// one host is there twice, series have the label `source`; of those that are the same all the same the first one
/// stays. `verdicts`, when given, are those of each host.
std::string prometheus(const std::vector<gpu::Snapshot>& hosts, bool sources,
                       const std::vector<std::vector<gpu::Verdict>>& verdicts = {});

/// One line as monitoring plugins print it (www.monitoring-plugins.org/doc/guidelines.html), with performance data.
std::string nagios(const std::vector<gpu::Snapshot>& hosts, const std::vector<std::vector<gpu::Verdict>>& verdicts,
                   const std::vector<Error>& failures, const gpu::Bounds& bounds);

/// The exit code of a monitoring plugin: 0 ok, 1 warning, 2 critical, 3 unknown. `crit_only`: a warning is no fault.
int plugin_exit(gpu::State state, bool crit_only);

/// The worst state of all hosts; a source that failed is critical.
gpu::State overall(const std::vector<std::vector<gpu::Verdict>>& verdicts, bool failures);

}  // namespace llmgw::cli::gpu_command
