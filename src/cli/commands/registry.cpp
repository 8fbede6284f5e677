#include <array>

#include "cli/commands/commands.h"
#include "cli/global_options.h"
#include "cli/spec.h"

namespace llmgw::cli {
namespace registry {

// The order of the overview, group by group: what is used most comes first.
constexpr std::array rows{
    &commands::ask,         // the shortest way to an answer
    &commands::chat,        // the longer way
    &commands::models,      // what there is to ask
    &commands::serve,       // the main job
    &commands::sim,         // a server to try serve and bench on
    &commands::bench,       // what it is worth, and where it breaks
    &commands::health,      // whether it serves, and what is wrong if not
    &commands::gpu,         // the machines behind the servers
    &commands::status,      // what runs
    &commands::doctor,      // why it does not work
    &commands::env,         // points other programs at serve
    &commands::config,      // what serve and profiles read
    &commands::completion,  // once per machine
    &commands::man,         // for packagers and readers
    &commands::version,     // for reports
    &commands::help,        // topics that belong to no single command
};

constexpr std::array<const OptionSpec*, 6> global_rows{
    &global::config, &global::colour, &global::quiet, &global::short_help, &global::help, &global::version,
};

constexpr std::array examples{
    ExampleSpec{"llmgw serve --upstream http://127.0.0.1:8000", "a proxy for OpenAI and Anthropic clients"},
    ExampleSpec{"eval \"$(llmgw env --for claude)\" && claude", "point another program at it"},
    ExampleSpec{"git diff | llmgw ask \"Write a commit message\" > message.txt", "one answer"},
};

constexpr CommandSpec root{.name = "llmgw",
                           .summary = "chat, local proxy, simulator and benchmarks for LLM gateways",
                           .description =
                               "One program for working with LLM gateways and model servers: a proxy that lets "
                               "OpenAI and Anthropic clients use servers of either format, a simulator to "
                               "try things on, and clients for the terminal and for scripts.\n\n"
                               "Results go to standard output, everything else to standard error. Values "
                               "come from flags, then the environment, then the configuration file, then "
                               "the defaults. Flags may stand before or after the command.",
                           .examples = examples,
                           .subcommands = rows};

}  // namespace registry

const CommandSpec& root_command() { return registry::root; }

std::span<const OptionSpec* const> global_options() { return registry::global_rows; }

}  // namespace llmgw::cli
