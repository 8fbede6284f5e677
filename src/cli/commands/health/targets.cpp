#include "cli/commands/health/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/client/gateways.h"
#include "cli/client/target.h"
#include "cli/client/target_options.h"
#include "cli/commands/health/configured.h"
#include "cli/commands/health/options.h"
#include "cli/configuration.h"

namespace llmgw::cli::health_command {
namespace health_targets {

using Targets = std::vector<health::Target>;

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

net::Task<> look_for_gateways(net::ClientRoom& room, std::vector<Gateway>& gateways) {
  co_await ask_gateways(room.client(), gateways);
}

/// The gateways of this user that answer on their control sockets.
Step<std::vector<Gateway>> running_gateways(const Context& context, const Arguments& given) {
  TRY(const auto loaded, configuration(context, given));
  auto gateways = find_gateways(context.env, loaded ? loaded->config.server.control : std::string());
  if (gateways.empty()) return gateways;
  TRY(const auto signal, context.run_client([&](net::ClientRoom& room) { return look_for_gateways(room, gateways); }));
  if (signal != 0) gateways.clear();
  std::erase_if(gateways,
                [](const Gateway& gateway) { return !gateway.problem.empty() || gateway.status.listeners.empty(); });
  return gateways;
}

/// A gateway and the servers behind it.
Step<Targets> around(const Context& context, const Arguments& given, const Gateway& gateway) {
  TRY(auto target, by_url(context, given, "llmgw+" + gateway.status.listeners.front()));
  target.name = target.url;
  if (target.key.empty()) target.key = local_token(context.env);
  Targets targets{std::move(target)};
  if (gateway.status.config_file.empty()) return targets;
  TRY(auto behind, upstreams_of(context, gateway.status.config_file));
  std::ranges::move(behind, std::back_inserter(targets));
  return targets;
}

/// The profile in effect, else what runs here, else where `llmgw serve` would be.
Step<Targets> in_effect(const Context& context, const Arguments& given) {
  TRY(const auto profile, profile_in_effect(context, given));
  if (profile) {
    TRY(auto target, by_profile(context, given, profile->name));
    return Targets{std::move(target)};
  }
  Targets targets;
  TRY(const auto gateways, running_gateways(context, given));
  for (const auto& gateway : gateways) {
    TRY(auto found, around(context, given, gateway));
    std::ranges::move(found, std::back_inserter(targets));
  }
  if (!targets.empty()) return targets;
  TRY(const auto target, resolve_target(context, given));
  TRY(auto local, converted(target, health::find_kind("llmgw")));
  targets.push_back(std::move(local));
  return targets;
}

Step<Targets> by_word(const Context& context, const Arguments& given, const std::string& word) {
  if (word.starts_with('@')) return by_group(context, given, word.substr(1));
  auto target = is_url(word) ? by_url(context, given, word) : by_name(context, given, word);
  if (!target) return std::unexpected(std::move(target).error());
  return Targets{*std::move(target)};
}

}  // namespace health_targets

Step<std::vector<health::Target>> find_targets(const Context& context, const Arguments& given) {
  using namespace health_targets;
  auto words = given.words();
  for (const auto& name : given.all(group)) words.push_back("@" + name);
  if (given.has(all) && !words.empty()) {
    return give_up(Errc::usage, "--all checks every profile and every upstream: name no TARGET beside it");
  }
  Targets targets;
  if (given.has(all)) {
    TRY(targets, by_group(context, given, ""));
  } else if (words.empty()) {
    TRY(targets, in_effect(context, given));
  }
  for (const auto& word : words) {
    TRY(auto found, by_word(context, given, word));
    std::ranges::move(found, std::back_inserter(targets));
  }
  if (const auto name = given.text(model)) {
    for (auto& target : targets) target.model = *name;
  }
  return targets;
}

}  // namespace llmgw::cli::health_command
