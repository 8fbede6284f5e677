#include "cli/commands/health/configured.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/client/target_options.h"
#include "cli/configuration.h"
#include "core/base/nearest.h"
#include "proxy/health_target.h"

namespace llmgw::cli::health_command {
namespace configured {

/// What a profile calls its kind may be a provider's name; the one that says least leaves the kind to be found out.
const health::Kind* kind_of_profile(const std::string& name) {
  return name == "openai_compatible" ? nullptr : health::find_kind(name);
}

std::string advice(std::string_view wanted, const std::vector<std::string_view>& names, std::string_view sign) {
  if (names.empty()) return {};
  const auto meant = nearest(wanted, names);
  return meant.empty() ? fmt::format("; there are: {}", fmt::join(names, ", "))
                       : fmt::format("; did you mean {}{}?", sign, meant);
}

Step<config::Loaded> required(const Context& context, const Arguments& given, std::string_view what) {
  TRY(auto loaded, configuration(context, given));
  if (!loaded)
    return give_up(Errc::config, fmt::format("there is no configuration file, so there is no {}", what),
                   "llmgw config init");
  return *std::move(loaded);
}

bool belongs(const config::Watched& watched, const std::string& group) {
  return group.empty() || std::ranges::find(watched.groups, group) != watched.groups.end();
}

std::unexpected<Failure> no_member(const config::Loaded& loaded, const std::string& group) {
  if (group.empty()) {
    return give_up(Errc::config, loaded.file + " has no profile and no model",
                   "add [profiles.NAME] with base_url, or [[model]]");
  }
  std::vector<std::string_view> names;
  for (const auto& [name, profile] : loaded.config.profiles)
    std::ranges::copy(profile.watched.groups, std::back_inserter(names));
  for (const auto& model : loaded.config.models) std::ranges::copy(model.watched.groups, std::back_inserter(names));
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return give_up(Errc::config,
                 fmt::format("no profile and no model is in the group \"{}\"{}", group, advice(group, names, "@")),
                 "groups = [\"...\"] in [profiles.NAME] or [[model]]");
}

/// A key that was named for the run (LLMGW_API_KEY) goes to a server that was named, never to all there are.
enum class Keys { of_the_run, of_the_profile };

Found one(health::Target target) {
  Found found;
  found.targets.push_back(std::move(target));
  return found;
}

/// A server that cannot be asked before a variable is set. Which check that would be for is its key's.
Found unasked(const std::string& name, const std::string& url, const std::string& kind, std::string why) {
  health::TargetReport report;
  report.name = name;
  report.url = url;
  if (const auto* known = kind_of_profile(kind)) report.kind = known->name;
  report.outcomes.push_back({health::find_check("auth"), {health::State::unknown, "variable_unset", std::move(why)}});
  Found found;
  found.unasked.push_back(std::move(report));
  return found;
}

/// A profile of a file, and whose key is sent to it.
struct Wanted {
  const config::Loaded& loaded;
  const std::string& name;
  Keys keys;
};

Step<Found> by_profile(const Context& context, Arguments given, const Wanted& wanted) {
  const auto& [loaded, name, keys] = wanted;
  const auto& written = loaded.config.profiles.at(name);
  if (const auto ready = config::find_profile(loaded.config, name, context.env); !ready) {
    return unasked(name, written.base_url, written.kind, ready.error().message);
  }
  given.set(target_options::profile, {name});
  TRY(const auto profile, profile_in_effect(context, given));
  TRY(const auto from, resolve_target(context, given));
  if (!profile) {
    TRY(auto plain, converted(from, nullptr));
    return one(std::move(plain));
  }
  TRY(auto target, converted(from, kind_of_profile(profile->profile.kind)));
  if (keys == Keys::of_the_profile) target.key = profile->profile.api_key;
  TRY_VOID(proxy::set_watched(target, profile->profile.watched));
  return one(std::move(target));
}

/// The upstream of the model in that place of the file.
Step<Found> by_model(const config::Loaded& loaded, std::size_t index) {
  const auto& model = loaded.config.models.at(index);
  const auto key = loaded.origins.find(fmt::format("model[{}].params.api_key", index));
  if (key != loaded.origins.end() && !key->second.written.empty() && model.params.api_key.empty()) {
    return unasked(model.name, model.params.api_base, model.kind.empty() ? model.params.provider : model.kind,
                   fmt::format("{}: model \"{}\": the environment variable in api_key ({}) is not set or empty",
                               config::place(loaded.file, key->second.at), model.name, key->second.written));
  }
  TRY(const auto upstream, proxy::make_upstream(loaded.config.server, model));
  TRY(auto target, proxy::health_target(model, upstream));
  return one(std::move(target));
}

/// `127.0.0.1:8000` is most likely an address.
std::string address_hint(const std::string& name) {
  return name.find_first_of(":./") == std::string::npos ? "llmgw config show"
                                                        : "for a server's address write http://" + name;
}

}  // namespace configured

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
  const bool own_header =
      from.provider->auth == provider::AuthKind::x_api_key || from.dialect == &dialect::anthropic_messages;
  if (own_header) target.auth = {"x-api-key", "", ""};
  for (const auto& header : from.headers) target.headers.emplace_back(header.name, header.value);
  target.model = from.model;
  return target;
}

Step<std::optional<config::Loaded>> configuration(const Context& context, const Arguments& given) {
  TRY(const auto file, config_file(context, given));
  if (!file) return std::nullopt;
  TRY(auto loaded, config::load_file(*file, context.env, {.require_variables = false}));
  return loaded;
}

Step<Found> by_name(const Context& context, const Arguments& given, const std::string& name) {
  TRY(const auto loaded, configuration(context, given));
  if (!loaded) {
    return give_up(Errc::config,
                   fmt::format("there is no configuration file, so there is no profile and no model \"{}\"", name),
                   configured::address_hint(name));
  }
  const auto& config = loaded->config;
  if (config.profiles.contains(name)) {
    return configured::by_profile(context, given, {*loaded, name, configured::Keys::of_the_run});
  }
  const auto model = std::ranges::find(config.models, name, &config::Model::name);
  if (model != config.models.end())
    return configured::by_model(*loaded, static_cast<std::size_t>(model - config.models.begin()));
  std::vector<std::string_view> names;
  for (const auto& [each, profile] : config.profiles) names.push_back(each);
  for (const auto& each : config.models) names.push_back(each.name);
  return give_up(Errc::config,
                 fmt::format("there is no profile and no model \"{}\"{}", name, configured::advice(name, names, "")),
                 configured::address_hint(name));
}

Step<Found> by_group(const Context& context, const Arguments& given, const std::string& group) {
  TRY(const auto loaded, configured::required(context, given, group.empty() ? "profile" : "group"));
  Found found;
  for (const auto& [name, profile] : loaded.config.profiles) {
    if (!configured::belongs(profile.watched, group)) continue;
    TRY(auto one, configured::by_profile(context, given, {loaded, name, configured::Keys::of_the_profile}));
    found.add(std::move(one));
  }
  for (std::size_t i = 0; i < loaded.config.models.size(); ++i) {
    if (!configured::belongs(loaded.config.models[i].watched, group)) continue;
    TRY(auto one, configured::by_model(loaded, i));
    found.add(std::move(one));
  }
  if (found.targets.empty() && found.unasked.empty()) return configured::no_member(loaded, group);
  return found;
}

Step<Found> upstreams_of(const Context& context, const std::string& file) {
  TRY(const auto loaded, config::load_file(file, context.env, {.require_variables = false}));
  Found found;
  for (std::size_t i = 0; i < loaded.config.models.size(); ++i) {
    TRY(auto one, configured::by_model(loaded, i));
    found.add(std::move(one));
  }
  return found;
}

void Found::add(Found more) {
  std::ranges::move(more.targets, std::back_inserter(targets));
  std::ranges::move(more.unasked, std::back_inserter(unasked));
}

}  // namespace llmgw::cli::health_command
