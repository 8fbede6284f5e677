#include <algorithm>
#include <array>

#include "core/doctor/check.h"
#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace registry {

constexpr std::array rows{
    // What everything else stands on.
    Check{"machine.descriptors", "", "The limit on open files.", "A hard limit below 4096 (crit below 256).",
          judges::descriptors},
    Check{"machine.disk", "", "Free space and inodes where the state folder lies.",
          "Less than 256 MiB or 1000 files left (crit below 16 MiB or none).", judges::disk},
    // The configuration before the network that it names.
    Check{"config.file", "", "The configuration file that commands read.", "It is not valid: file, line and column.",
          judges::config_file},
    Check{"config.variables", "", "Variables that the gateway's part of the file names.",
          "One is not set, so serve would not start from here.", judges::config_variables},
    Check{"credentials.modes", "",
          "Permissions of the token file, of a configuration that holds keys, and of the client's files.",
          "Others may read or change it.", judges::credential_modes},
    Check{"credentials.token", "", "The local token.", "The file is empty or unreadable; auth is off.", judges::token},
    // Names before connections, connections before clocks.
    Check{"network.dns", "", "Names of the servers that profiles and models name.", "A name that means nothing.",
          judges::dns},
    Check{"network.reach", "", "Those servers: one HEAD request each, without credentials.", "No answer, or no TLS.",
          judges::reach},
    Check{"machine.clock", "", "This clock against the Date of those answers.",
          "More than 30 s apart (crit from 300 s).", judges::clock},
    Check{"network.proxy", "", "Proxy variables.",
          "They catch loopback, so that other programs would ask a proxy for the local gateway.", judges::proxies},
    Check{"network.port", "", "The ports that serve would listen on.", "Another program holds one.", judges::ports},
    // Last what runs already.
    Check{"serve.socket", "", "Control sockets of running gateways.", "Nobody answers on one.", judges::serve_socket},
    Check{"serve.version", "", "The version of each running gateway.", "It is not this program's.",
          judges::serve_version},
    Check{"serve.config", "", "The configuration of each running gateway.", "Its file was changed since, or is gone.",
          judges::serve_config},
    // One line a client: its file knows the order of its own questions.
    Check{"client.claude", "claude",
          "Claude Code: ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_API_KEY, CLAUDE_CODE_USE_*, and "
          "settings.json of the user and the project.",
          "An address with /v1, no token or a stale one, both keys set, another cloud switched on, a shell variable "
          "that a settings file overrides.",
          judges::claude},
    Check{"client.codex", "codex", "Codex: config.toml, OPENAI_BASE_URL and the variable that env_key names.",
          "wire_api that is not responses, a built-in provider overridden in vain, an address without /v1, env_key "
          "unset, a stale token.",
          judges::codex},
    Check{"client.cursor", "cursor", "Cursor: where its requests come from, and where the gateway listens.",
          "A gateway on loopback: Cursor's own servers call it, and cannot reach it.", judges::cursor},
    Check{"client.cline", "cline", "Cline: providers.json and globalState.json.",
          "An address without /v1 or with the path of an endpoint, nothing listening there.", judges::cline},
    Check{"client.opencode", "opencode", "OpenCode: opencode.json of the user and the project.",
          "A provider without baseURL, an address without /v1, an {env:NAME} that is not set, a stale token.",
          judges::opencode},
    Check{"client.aider", "aider", "aider: OPENAI_API_BASE, .aider.conf.yml and .env of the home and this folder.",
          "OPENAI_BASE_URL in its place, an address without /v1, a model without openai/, a stale token.",
          judges::aider},
};

}  // namespace registry

std::span<const Check> checks() { return registry::rows; }

std::vector<std::string_view> clients() {
  std::vector<std::string_view> names;
  for (const auto& check : registry::rows) {
    if (!check.client.empty()) names.push_back(check.client);
  }
  return names;
}

Findings examine(const Facts& facts, std::string_view client) {
  Findings all;
  for (const auto& check : registry::rows) {
    if (!check.client.empty() && check.client != client) continue;
    const auto first = all.size();
    check.judge(facts, all);
    for (auto i = first; i < all.size(); ++i) all[i].check = check.id;
  }
  return all;
}

State worst(const Findings& findings) {
  auto state = State::ok;
  for (const auto& finding : findings) state = std::max(state, finding.state);
  return state;
}

std::string reference_page() {
  std::string out =
      "# llmgw doctor\n\n"
      "`llmgw doctor` looks at this machine, the configuration and the gateways that run; `llmgw doctor CLIENT` also "
      "at what that client is set to. It changes nothing, sends no credential, and contacts only hosts that profiles "
      "and models name; with `--offline` none. Exit status: 10 when anything is warn or crit, 12 when the worst is "
      "unknown, else 0; `--fail-on crit` lets warnings pass.\n\n"
      "`--report FILE` writes everything for a bug report: no credential, no value of a variable that could be one, "
      "and the home folder as `~`.\n\n"
      "This page is made from the table of checks in `src/core/doctor/registry.cpp`.\n\n"
      "| check | looks at | what is wrong |\n|---|---|---|\n";
  for (const auto& check : registry::rows) {
    out += "| `" + std::string(check.id) + "` | " + std::string(check.looks_at) + " | " + std::string(check.mistakes) +
           " |\n";
  }
  return out;
}

}  // namespace llmgw::doctor
