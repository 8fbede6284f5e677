#pragma once

#include <string>

#include "core/base/env.h"
#include "core/base/error.h"

namespace llmgw {

/// The user's configuration folder: `$XDG_CONFIG_HOME/llmgw`, else `~/.config/llmgw`. Relative values are
/// ignored, as the XDG Base Directory Specification demands. `config` error when there is no home.
Result<std::string> config_folder(const Env& env);

/// The user's state folder (token, history): `$XDG_STATE_HOME/llmgw`, else `~/.local/state/llmgw`.
Result<std::string> state_folder(const Env& env);

/// The user's cache folder, whose loss costs nothing but time: `$XDG_CACHE_HOME/llmgw`, else `~/.cache/llmgw`.
Result<std::string> cache_folder(const Env& env);

/// The user's configuration file: `config_folder` and `llmgw.toml`.
Result<std::string> user_config_file(const Env& env);

/// The machine's configuration file.
inline constexpr const char* system_config_file = "/etc/llmgw/llmgw.toml";

}  // namespace llmgw
