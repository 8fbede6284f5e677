#pragma once

#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/config/config.h"

namespace llmgw::cli {

/// The configuration file that commands read, or nullopt when there is none or `--config none` forbids it.
Step<std::optional<std::string>> config_file(const Context& context, const Arguments& given);

/// A profile with the name it has in the file.
struct NamedProfile {
  std::string name;
  config::Profile profile;
};

/// The profile that `--profile` names, else the file's own choice; nullopt when neither names one.
Step<std::optional<NamedProfile>> profile_in_effect(const Context& context, const Arguments& given);

}  // namespace llmgw::cli
