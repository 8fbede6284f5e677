#include "cli/environment.h"

#include <algorithm>
#include <array>

#include "cli/parse.h"

namespace llmgw::cli {
namespace environment {

struct Row {
  std::string_view name;
  std::string_view says;
};

constexpr std::array others{
    Row{"LLMGW_API_KEY", "key for the server that client commands talk to"},
    Row{"LLMGW_TOKEN", "token of the local proxy, in place of the one in the state folder"},
    Row{"NO_COLOR", "any value: no colour (no-color.org)"},
    Row{"CLICOLOR_FORCE", "colour even when the output is no terminal; FORCE_COLOR is the same"},
    Row{"CLICOLOR", "0: no colour"},
    Row{"TERM", "unset or dumb: no colour"},
    Row{"COLUMNS", "width of the output where it is no terminal"},
    Row{"XDG_CONFIG_HOME", "holds llmgw/llmgw.toml (default ~/.config)"},
    Row{"XDG_STATE_HOME", "holds llmgw/token and llmgw/history (default ~/.local/state)"},
    Row{"XDG_RUNTIME_DIR",
        "holds llmgw/serve-PORT.sock, the control sockets of running gateways (default: beside the token)"},
    Row{"HTTPS_PROXY", "proxy for https:// servers, as are ALL_PROXY and NO_PROXY; never used on loopback"},
};

void collect(const CommandSpec& command, std::vector<EnvironmentVariable>& found) {
  for (const auto* option : all_options(command)) {
    const bool known =
        std::ranges::any_of(found, [option](const EnvironmentVariable& row) { return row.name == option->variable; });
    if (option->variable.empty() || known) continue;
    found.push_back({std::string(option->variable), "value of --" + std::string(option->name) +
                                                        " where it is not given: " + std::string(option->help)});
  }
  for (const auto* part : command.subcommands) collect(*part, found);
}

}  // namespace environment

std::vector<EnvironmentVariable> environment_variables() {
  std::vector<EnvironmentVariable> all;
  environment::collect(root_command(), all);
  for (const auto& [name, says] : environment::others) all.push_back({std::string(name), std::string(says)});
  return all;
}

}  // namespace llmgw::cli
