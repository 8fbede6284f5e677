#include <array>

#include "cli/commands/commands.h"
#include "cli/commands/config/parts.h"

namespace llmgw::cli::commands {
namespace config_command {

constexpr std::array parts{&config_parts::init, &config_parts::show, &config_parts::validate, &config_parts::path,
                           &config_parts::schema};
constexpr std::array examples{
    ExampleSpec{"llmgw config init", "write a commented file to start from"},
    ExampleSpec{"llmgw config validate llmgw.toml", "check a file"},
    ExampleSpec{"llmgw config show", "every key with its value and origin"},
};

}  // namespace config_command

constexpr CommandSpec config{.name = "config",
                             .group = Group::setup,
                             .summary = "write, check and show the configuration",
                             .description =
                                 "The configuration is one TOML file: $XDG_CONFIG_HOME/llmgw/llmgw.toml, else "
                                 "/etc/llmgw/llmgw.toml, unless --config or LLMGW_CONFIG names another.",
                             .examples = config_command::examples,
                             .subcommands = config_command::parts};

}  // namespace llmgw::cli::commands
