#include <array>

#include "cli/commands/bench/run.h"
#include "cli/commands/commands.h"

namespace llmgw::cli::commands {
namespace bench_group {

constexpr std::array parts{&bench_command::run};
constexpr std::array examples{
    ExampleSpec{"llmgw bench", "20 seconds, one request at a time, against the local proxy"},
    ExampleSpec{"llmgw bench -c 16 -n 500 --slo 'ttft_p95<250ms'", "exit 10 when the objective is missed"},
};

}  // namespace bench_group

constexpr CommandSpec bench{.name = "bench",
                            .group = Group::operate,
                            .summary = "measure latency and throughput, check objectives",
                            .description = "Sends load to a server and reports what its users feel.",
                            .examples = bench_group::examples,
                            .subcommands = bench_group::parts,
                            .bare = &bench_command::run};

}  // namespace llmgw::cli::commands
