#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/env.h"
#include "core/base/error.h"
#include "core/config/document.h"
#include "core/config/schema.h"

namespace llmgw::config {

/// Where a value of the file stands.
struct Origin {
  Position at;
  std::string written;  ///< the text as written, when it named variables
};

/// A configuration that was read and checked.
struct Loaded {
  Config config;
  std::string file;
  std::map<std::string, Origin> origins;  ///< by dotted path: `server.listen`, `model[0].params.api_key`
};

/// How a configuration is read.
struct LoadOptions {
  /// Unset variables are errors everywhere but in profiles. Client commands, which only need a profile, say false.
  bool require_variables = true;
  /// `--insecure-bind` was given: listening beyond loopback is no error.
  bool insecure_bind = false;
  /// Names of models that the command line adds to those of the file.
  std::vector<std::string> added_models = {};
};

/// Reads and checks TOML text. The error (`config`) holds every problem found, one per line, each with
/// `FILE:LINE:COLUMN`; no secret is repeated.
Result<Loaded> load_text(std::string_view text, const std::string& file, const Env& env,
                         const LoadOptions& options = {});
/// Reads and checks a file.
Result<Loaded> load_file(const std::string& path, const Env& env, const LoadOptions& options = {});

/// The file that commands read: `flag`, else LLMGW_CONFIG, else the user's file, else the machine's, the latter two
/// only when they exist. Never the current folder. Nullopt: none.
Result<std::optional<std::string>> find_file(const std::optional<std::string>& flag, const Env& env);

/// Something wrong with a configuration whose values have the right types.
struct Problem {
  std::string path;  ///< dotted path of the key
  std::string message;
};

/// Everything that is wrong: unknown providers, missing keys, bad addresses, names used twice. `added_models` are
/// served as well, beside those of the configuration.
std::vector<Problem> check(const Config& config, std::span<const std::string> added_models = {});
/// Listening beyond loopback without `insecure_bind`: llmgw has no TLS of its own, and loopback is not trust.
std::vector<Problem> check_bind(const Server& server);
/// The problems as one `config` error, for a configuration that did not come from a file.
Result<> verdict(const std::vector<Problem>& problems);

/// The profile of that name (empty: the one in effect), with its key resolved from the environment. Errors:
/// `not_found` with the nearest name, `config` when the key's variable is not set.
Result<Profile> find_profile(const Config& config, std::string_view name, const Env& env);

}  // namespace llmgw::config
