#include "cli/commands/health/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/client/gateways.h"
#include "cli/client/target.h"
#include "cli/client/target_options.h"
#include "cli/commands/health/configured.h"
#include "cli/commands/health/options.h"
#include "cli/configuration.h"

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
Step<Found> around(const Context& context, const Arguments& given, const Gateway& gateway) {
  TRY(auto target, by_url(context, given, "llmgw+" + gateway.status.listeners.front()));
  target.name = target.url;
  if (target.key.empty()) target.key = local_token(context.env);
  Found found;
  found.targets.push_back(std::move(target));
  if (gateway.status.config_file.empty()) return found;
  TRY(auto behind, upstreams_of(context, gateway.status.config_file));
  found.add(std::move(behind));
  return found;
}

/// The profile in effect, else what runs here, else where `llmgw serve` would be.
Step<Found> in_effect(const Context& context, const Arguments& given) {
  TRY(const auto profile, profile_in_effect(context, given));
  if (profile) return by_name(context, given, profile->name);
  Found found;
  TRY(const auto gateways, running_gateways(context, given));
  for (const auto& gateway : gateways) {
    TRY(auto more, around(context, given, gateway));
    found.add(std::move(more));
  }
  if (!found.targets.empty()) return found;
  TRY(const auto target, resolve_target(context, given));
  TRY(auto local, converted(target, health::find_kind("llmgw")));
  found.targets.push_back(std::move(local));
  return found;
}

Step<Found> by_word(const Context& context, const Arguments& given, const std::string& word) {
  if (word.starts_with('@')) return by_group(context, given, word.substr(1));
  if (!is_url(word)) return by_name(context, given, word);
  TRY(auto target, by_url(context, given, word));
  Found found;
  found.targets.push_back(std::move(target));
  return found;
}

}  // namespace health_targets

Step<Found> find_targets(const Context& context, const Arguments& given) {
  using namespace health_targets;
  auto words = given.words();
  for (const auto& name : given.all(group)) words.push_back("@" + name);
  if (given.has(all) && !words.empty()) {
    return give_up(Errc::usage, "--all checks every profile and every upstream: name no TARGET beside it");
  }
  Found found;
  if (given.has(all)) {
    TRY(found, by_group(context, given, ""));
  } else if (words.empty()) {
    TRY(found, in_effect(context, given));
  }
  for (const auto& word : words) {
    TRY(auto more, by_word(context, given, word));
    found.add(std::move(more));
  }
  // Alone it is nothing that could be checked.
  const bool alone = words.size() == 1 && !words.front().starts_with('@');
  if (alone && !found.unasked.empty()) {
    return give_up(Errc::config, found.unasked.front().outcomes.front().finding.message);
  }
  if (const auto name = given.text(model)) {
    for (auto& target : found.targets) target.model = *name;
  }
  return found;
}

}  // namespace llmgw::cli::health_command
