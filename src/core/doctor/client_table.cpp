#include "core/doctor/client_table.h"

#include <algorithm>
#include <array>

#include "core/doctor/clients/codex_file.h"

namespace llmgw::doctor {
namespace client_table {

constexpr std::array variables{
    Variable{"LLMGW_TOKEN", true},
    Variable{"http_proxy", true},  // a proxy's address may carry a password
    Variable{"HTTP_PROXY", true},
    Variable{"all_proxy", true},
    Variable{"ALL_PROXY", true},
    Variable{"no_proxy"},
    Variable{"NO_PROXY"},
    Variable{"ANTHROPIC_BASE_URL"},
    Variable{"ANTHROPIC_AUTH_TOKEN", true},
    Variable{"ANTHROPIC_API_KEY", true},
    Variable{"CLAUDE_CODE_USE_BEDROCK"},
    Variable{"CLAUDE_CODE_USE_VERTEX"},
    Variable{"CLAUDE_CODE_USE_FOUNDRY"},
    Variable{"OPENAI_BASE_URL"},
    Variable{"OPENAI_API_BASE"},
    Variable{"OPENAI_API_KEY", true},
    Variable{"AIDER_OPENAI_API_BASE"},
    Variable{"AIDER_OPENAI_API_KEY", true},
    Variable{"AIDER_MODEL"},
};

/// One file of a client: below a folder that a variable may name, else below the home folder or the current one.
struct Place {
  std::string_view client;
  std::string_view variable;  ///< holds the folder; empty: none does
  std::string_view folder;    ///< below the home folder where the variable is not set; empty: the current folder
  std::string_view name;
};

// Later ones win. Sources: code.claude.com/docs (settings), developers.openai.com/codex (config),
// docs.cline.bot (config), opencode.ai/docs/config, aider.chat/docs/config.
constexpr std::array places{
    Place{"claude", "CLAUDE_CONFIG_DIR", ".claude", "settings.json"},
    Place{"claude", "", "", ".claude/settings.json"},
    Place{"claude", "", "", ".claude/settings.local.json"},
    Place{"codex", "CODEX_HOME", ".codex", "config.toml"},
    Place{"cline", "CLINE_DIR", ".cline", "data/globalState.json"},
    Place{"cline", "CLINE_DIR", ".cline", "data/settings/providers.json"},
    Place{"opencode", "", ".local/share/opencode", "auth.json"},
    Place{"opencode", "", ".config/opencode", "opencode.json"},
    Place{"opencode", "", ".config/opencode", "opencode.jsonc"},
    Place{"opencode", "OPENCODE_CONFIG", "", ""},
    Place{"opencode", "", "", "opencode.json"},
    Place{"opencode", "", "", "opencode.jsonc"},
    Place{"aider", "", ".", ".aider.conf.yml"},
    Place{"aider", "", "", ".aider.conf.yml"},
    Place{"aider", "", ".", ".env"},
    Place{"aider", "", "", ".env"},
};

std::string path_of(const Place& place, const Env& env) {
  if (!place.variable.empty()) {
    if (const auto named = env.non_empty(place.variable)) {
      return place.name.empty() ? *named : *named + "/" + std::string(place.name);
    }
    if (place.name.empty()) return {};
  }
  if (place.folder.empty()) return std::string(place.name);
  const auto home = env.non_empty("HOME");
  if (!home) return {};
  const auto folder = place.folder == "." ? *home : *home + "/" + std::string(place.folder);
  return folder + "/" + std::string(place.name);
}

/// NAME of every `{env:NAME}` in a text (opencode.ai/docs/config, "Variables").
void collect_braced(std::string_view text, std::vector<std::string>& names) {
  constexpr std::string_view open = "{env:";
  for (auto at = text.find(open); at != std::string_view::npos; at = text.find(open, at + 1)) {
    const auto close = text.find('}', at);
    if (close == std::string_view::npos) return;
    names.emplace_back(text.substr(at + open.size(), close - at - open.size()));
  }
}

}  // namespace client_table

std::span<const Variable> variables() { return client_table::variables; }

std::vector<std::string> client_files(std::string_view client, const Env& env) {
  std::vector<std::string> paths;
  for (const auto& place : client_table::places) {
    if (place.client != client) continue;
    auto path = client_table::path_of(place, env);
    if (!path.empty() && std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<std::string> named_variables(std::string_view client, const std::vector<File>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (client == "opencode") client_table::collect_braced(file.text.reveal(), names);
    if (client != "codex") continue;
    const auto read = read_codex_file(file);
    if (read && !read->env_key.empty()) names.push_back(read->env_key);
  }
  return names;
}

}  // namespace llmgw::doctor
