#include "cli/commands/health/targets.h"

#include <fmt/format.h>

#include "cli/client/target.h"
#include "cli/client/target_options.h"
#include "cli/commands/health/options.h"
#include "cli/configuration.h"
#include "core/config/config.h"

namespace llmgw::cli::health_command {
namespace health_targets {

/// An address as TARGET names it.
struct Named {
  const health::Kind* kind = nullptr;
  std::string url;
};

bool is_url(std::string_view text) { return text.contains("://") || text.contains("unix:"); }

/// `vllm+http://127.0.0.1:8000` is a URL with the kind before it.
Step<Named> split(const std::string& word) {
  const auto plus = word.find('+');
  const auto scheme = word.find(':');
  if (plus == std::string::npos || plus > scheme) return Named{nullptr, word};
  TRY(const auto* kind, health::require_kind(std::string_view(word).substr(0, plus)));
  return Named{kind, word.substr(plus + 1)};
}

/// What a profile calls its kind is a provider's name; the one that says least leaves the kind to be found out.
const health::Kind* kind_of_profile(const std::string& name) {
  return name == "openai_compatible" ? nullptr : health::find_kind(name);
}

Step<health::Target> converted(const Target& from, const health::Kind* kind) {
  TRY(const auto root, net::parse_url(provider::root_base(*from.provider, from.url)));
  health::Target target;
  target.name = from.name;
  target.url = from.url;
  target.endpoint = from.endpoint;
  target.root_path = root.path;
  target.api_path = from.base_path;
  target.kind = kind;
  target.key = from.key;
  target.key_in_x_api_key =
      from.provider->auth == provider::AuthKind::x_api_key || from.dialect == &dialect::anthropic_messages;
  for (const auto& header : from.headers) target.headers.emplace_back(header.name, header.value);
  target.model = from.model;
  return target;
}

Step<health::Target> by_url(const Context& context, Arguments given, const std::string& word) {
  TRY(const auto named, split(word));
  if (const auto right = check_value(target_options::base_url, named.url); !right) {
    return give_up(Errc::usage, fmt::format("\"{}\": {}", word, right.error().message));
  }
  given.set(target_options::base_url, {named.url});
  TRY(const auto target, resolve_target(context, given));
  TRY(auto found, converted(target, named.kind));
  found.name = word;
  return found;
}

Step<health::Target> by_profile(const Context& context, Arguments given, const std::string& name) {
  given.set(target_options::profile, {name});
  TRY(const auto profile, profile_in_effect(context, given));
  TRY(const auto target, resolve_target(context, given));
  return converted(target, profile ? kind_of_profile(profile->profile.kind) : nullptr);
}

Step<health::Target> in_effect(const Context& context, const Arguments& given) {
  TRY(const auto profile, profile_in_effect(context, given));
  TRY(const auto target, resolve_target(context, given));
  return converted(target, profile ? kind_of_profile(profile->profile.kind) : health::find_kind("llmgw"));
}

Step<std::vector<std::string>> every_profile(const Context& context, const Arguments& given) {
  TRY(const auto file, config_file(context, given));
  if (!file)
    return give_up(Errc::config, "there is no configuration file, so there is no profile", "llmgw config init");
  TRY(const auto loaded, config::load_file(*file, context.env, {.require_variables = false}));
  std::vector<std::string> names;
  for (const auto& [name, profile] : loaded.config.profiles) names.push_back(name);
  if (names.empty()) return give_up(Errc::config, *file + " has no profile", "add [profiles.NAME] with base_url");
  return names;
}

}  // namespace health_targets

Step<std::vector<health::Target>> find_targets(const Context& context, const Arguments& given) {
  auto words = given.words();
  if (given.has(all)) {
    if (!words.empty()) return give_up(Errc::usage, "--all checks every profile: name no TARGET beside it");
    TRY(words, health_targets::every_profile(context, given));
  }
  std::vector<health::Target> targets;
  if (words.empty()) {
    TRY(auto target, health_targets::in_effect(context, given));
    targets.push_back(std::move(target));
  }
  for (const auto& word : words) {
    auto target = health_targets::is_url(word) ? health_targets::by_url(context, given, word)
                                               : health_targets::by_profile(context, given, word);
    if (!target) return std::unexpected(std::move(target).error());
    targets.push_back(*std::move(target));
  }
  if (const auto name = given.text(model)) {
    for (auto& target : targets) target.model = *name;
  }
  return targets;
}

}  // namespace llmgw::cli::health_command
