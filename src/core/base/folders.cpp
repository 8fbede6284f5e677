#include "core/base/folders.h"

#include <string_view>

namespace llmgw {
namespace folders {

Result<std::string> base_folder(const Env& env, std::string_view variable, std::string_view below_home) {
  const auto chosen = env.non_empty(variable);
  if (chosen && chosen->front() == '/') return *chosen + "/llmgw";
  const auto home = env.non_empty("HOME");
  if (home && home->front() == '/') return *home + std::string(below_home) + "/llmgw";
  return fail(Errc::config, "there is no home folder: set HOME or " + std::string(variable) + " to an absolute path");
}

}  // namespace folders

Result<std::string> config_folder(const Env& env) { return folders::base_folder(env, "XDG_CONFIG_HOME", "/.config"); }

Result<std::string> state_folder(const Env& env) {
  return folders::base_folder(env, "XDG_STATE_HOME", "/.local/state");
}

Result<std::string> cache_folder(const Env& env) { return folders::base_folder(env, "XDG_CACHE_HOME", "/.cache"); }

Result<std::string> user_config_file(const Env& env) {
  TRY(auto folder, config_folder(env));
  return folder + "/llmgw.toml";
}

}  // namespace llmgw
