#include "cli/configuration.h"

#include "cli/client/target_options.h"
#include "cli/global_options.h"

namespace llmgw::cli {

Step<std::optional<std::string>> config_file(const Context& context, const Arguments& given) {
  const auto named = given.text(global::config);
  if (named == "none") return std::nullopt;
  TRY(auto found, config::find_file(named, context.env));
  return found;
}

Step<std::optional<NamedProfile>> profile_in_effect(const Context& context, const Arguments& given) {
  const auto wanted = given.text(target_options::profile);
  TRY(const auto file, config_file(context, given));
  if (!file) {
    if (!wanted) return std::nullopt;
    return give_up(Errc::config, "there is no configuration file, so there is no profile \"" + *wanted + "\"",
                   "llmgw config init");
  }
  TRY(const auto loaded, config::load_file(*file, context.env, {.require_variables = false}));
  const auto name = wanted.value_or(loaded.config.profile);
  if (name.empty()) return std::nullopt;
  auto profile = config::find_profile(loaded.config, name, context.env);
  if (profile) return NamedProfile{name, *std::move(profile)};
  // A profile that is named and is not there is a wrong configuration, not a missing object of a server.
  return give_up(Errc::config, profile.error().message, "llmgw config show");
}

}  // namespace llmgw::cli
