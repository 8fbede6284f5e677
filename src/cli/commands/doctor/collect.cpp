#include "cli/commands/doctor/collect.h"

#include <sys/stat.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "cli/client/gateways.h"
#include "cli/commands/doctor/machine.h"
#include "cli/commands/doctor/servers.h"
#include "cli/configuration.h"
#include "core/base/folders.h"
#include "core/base/url.h"
#include "core/config/config.h"
#include "core/config/explain.h"
#include "core/doctor/client_table.h"

namespace llmgw::cli::doctoring {
namespace collecting {

constexpr std::uint16_t default_port = 4000;

void look_at_variables(doctor::Facts& facts, const Env& env) {
  const auto look = [&](const std::string& name) {
    if (auto value = env.non_empty(name)) facts.variables[name] = Secret(std::move(*value));
  };
  for (const auto& variable : doctor::variables()) look(std::string(variable.name));
}

/// Reads the client's files, and the variables that they name.
void look_at_client(doctor::Facts& facts, const std::string& client, const Env& env) {
  if (client.empty()) return;
  for (const auto& path : doctor::client_files(client, env)) {
    auto file = look_at_file(path, true);
    if (file.exists) facts.client_files.push_back(std::move(file));
  }
  for (const auto& name : doctor::named_variables(client, facts.client_files)) {
    if (auto value = env.non_empty(name)) facts.variables[name] = Secret(std::move(*value));
  }
}

/// True when a credential is written in the file, not only named by a variable.
bool holds_keys(const config::Loaded& loaded) {
  return std::ranges::any_of(config::explain(loaded),
                             [](const config::Setting& setting) { return setting.value.contains("(redacted)"); });
}

/// The configuration as commands read it; what `serve` would miss becomes a fact of its own.
Step<config::Config> look_at_config(doctor::Facts& facts, const Context& context, const Arguments& given) {
  TRY(facts.config_file, config_file(context, given));
  if (!facts.config_file) return config::Config{};
  facts.config = look_at_file(*facts.config_file, false);
  auto loaded = config::load_file(*facts.config_file, context.env, {.require_variables = false});
  if (!loaded) {
    facts.config_problem = loaded.error().message;
    return config::Config{};
  }
  facts.config_holds_keys = holds_keys(*loaded);
  const auto strict = config::load_file(*facts.config_file, context.env, {});
  if (!strict) facts.missing_variables = strict.error().message;
  return std::move(loaded->config);
}

/// The token as `serve` finds it: the variable, the configuration, the file in the state folder.
void look_at_token(doctor::Facts& facts, const config::Config& config, const Env& env) {
  facts.token_required = config.server.auth == config::Auth::token;
  if (const auto folder = state_folder(env)) {
    facts.state_folder = *folder;
    facts.token_file = look_at_file(*folder + "/token", true);
  }
  auto text = std::string(facts.token_file.text.reveal());
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  facts.token = Secret(std::move(text));
  if (!config.server.token.empty()) facts.token = config.server.token;
  if (auto named = env.non_empty("LLMGW_TOKEN")) facts.token = Secret(std::move(*named));
}

void name_ports(doctor::Facts& facts, const config::Config& config) {
  const auto add = [&](std::uint16_t number) {
    const bool known = std::ranges::find(facts.ports, number, &doctor::Port::number) != facts.ports.end();
    if (number != 0 && !known) facts.ports.push_back({.number = number});
  };
  if (config.server.listen.empty()) return add(default_port);
  for (const auto& text : config.server.listen) {
    const auto address = parse_listen_address(text);
    if (address && address->unix_path.empty()) add(address->port);
  }
}

void keep_gateways(doctor::Facts& facts, std::vector<Gateway> gateways) {
  for (auto& gateway : gateways) {
    doctor::Running running{.socket = std::move(gateway.socket), .problem = std::move(gateway.problem)};
    running.status = std::move(gateway.status);
    struct stat file {};
    const auto& path = running.status.config_file;
    if (!path.empty() && ::stat(path.c_str(), &file) == 0) running.config_mtime_now = file.st_mtime;
    facts.running.push_back(std::move(running));
  }
}

/// Names are looked up side by side: the system's resolver makes each caller wait, and knows no deadline of ours.
void look_up_names(std::vector<Server>& servers) {
  std::vector<std::jthread> threads;
  for (auto& server : servers) {
    if (!server.host.literal) threads.emplace_back([&host = server.host] { look_up(host); });
  }
}

/// Whom to ask, and where the answers go. References outlive the asking.
struct Asking {
  const Wanted& wanted;
  const Clock& clock;
  std::vector<Server>& servers;
  std::vector<Gateway>& gateways;
};

net::Task<> ask_all(net::ClientRoom& room, Asking asking) {
  const bool goes_on = co_await ask_gateways(room.client(), asking.gateways);
  if (!goes_on || asking.wanted.offline) co_return;
  co_await ask_servers(room.client(), asking.servers, asking.wanted.timeout, asking.clock);
}

}  // namespace collecting

Step<Collected> collect(Context& context, const Arguments& given, const Wanted& wanted) {
  Collected all;
  auto& facts = all.facts;
  facts.version = LLMGW_VERSION;
  facts.now_unix_s = context.clock.unix_s();
  facts.home = context.env.non_empty("HOME").value_or("");
  facts.offline = wanted.offline;
  TRY(const auto config, collecting::look_at_config(facts, context, given));
  collecting::look_at_variables(facts, context.env);
  collecting::look_at_token(facts, config, context.env);
  collecting::look_at_client(facts, wanted.client, context.env);
  collecting::name_ports(facts, config);
  look_at_machine(facts);
  auto servers = servers_of(config);
  auto gateways = find_gateways(context.env, config.server.control);
  if (!wanted.offline) collecting::look_up_names(servers);
  const collecting::Asking asking{wanted, context.clock, servers, gateways};
  TRY(all.signal, context.run_client([&](net::ClientRoom& room) { return collecting::ask_all(room, asking); }));
  for (auto& server : servers) facts.hosts.push_back(std::move(server.host));
  collecting::keep_gateways(facts, std::move(gateways));
  return all;
}

}  // namespace llmgw::cli::doctoring
