#include <array>

#include "cli/commands/commands.h"
#include "cli/commands/gpu/subcommands.h"

namespace llmgw::cli::commands {
namespace gpu_group {

constexpr std::array parts{&gpu_command::status, &gpu_command::top,    &gpu_command::list,
                           &gpu_command::procs,  &gpu_command::topo,   &gpu_command::health,
                           &gpu_command::pick,   &gpu_command::record, &gpu_command::exporter};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu", "one line for each GPU of this machine"},
    ExampleSpec{"llmgw gpu health -o nagios", "for a monitoring system"},
    ExampleSpec{"env $(llmgw gpu pick --min-free 20GiB --count 2) python3 train.py", "on the two emptiest GPUs"},
};

}  // namespace gpu_group

constexpr CommandSpec gpu{
    .name = "gpu",
    .group = Group::operate,
    .summary = "figures, verdicts and processes of GPUs",
    .description =
        "Asks NVIDIA's library NVML, else nvidia-smi, else the kernel's files on AMD's GPUs; other hosts by ssh, and "
        "pages "
        "of dcgm-exporter, nvitop-exporter, all-smi and node_exporter. A figure that the source does not tell is shown "
        "as -, is null in JSON with the reason in na, has no sample for Prometheus, and is never 0. GPUs are numbered "
        "as "
        "NVML does, in the order of their PCI addresses; CUDA programs may number them otherwise, so prefer UUIDs.",
    .examples = gpu_group::examples,
    .subcommands = gpu_group::parts,
    .bare = &gpu_command::status};

}  // namespace llmgw::cli::commands
