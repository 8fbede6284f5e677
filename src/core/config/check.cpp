#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/nearest.h"
#include "core/base/url.h"
#include "core/config/config.h"
#include "core/providers/auth.h"

namespace llmgw::config {
namespace checking {

using Problems = std::vector<Problem>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// White space and control characters never belong in a name, a key or an address.
bool visible(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

void check_headers(Problems& problems, const std::string& path, const HeaderMap& headers) {
  for (const auto& [name, value] : headers) {
    const auto below = fmt::format("{}.headers.{}", path, name);
    if (auto named = provider::check_header_name(name); !named) problems.push_back({below, named.error().message});
    const auto text = value.reveal();
    if (std::ranges::any_of(text,
                            [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f; }))
      problems.push_back({below, "the value holds a control character"});
  }
}

void check_address(Problems& problems, const std::string& path, const std::string& text) {
  if (text.empty()) return;
  if (auto url = parse_server_url(text); !url) problems.push_back({path, url.error().message});
}

void check_segment(Problems& problems, const std::string& path, const std::optional<std::string>& segment) {
  if (!segment) return;
  if (!visible(*segment) || segment->find_first_of("/?#%") != std::string::npos)
    problems.push_back({path + ".version_segment", "must be one path segment, such as v1, or empty"});
}

void check_key(Problems& problems, const std::string& path, const Secret& key) {
  if (!visible(key.reveal())) problems.push_back({path, "the key holds white space or control characters"});
}

void check_kind(Problems& problems, const std::string& path, const std::string& kind) {
  const auto kinds = provider::kind_names();
  if (std::ranges::find(kinds, kind) != kinds.end()) return;
  const auto near = nearest(kind, kinds);
  const auto hint =
      near.empty() ? fmt::format("known are {}", fmt::join(kinds, ", ")) : fmt::format("did you mean \"{}\"?", near);
  problems.push_back({path + ".kind", fmt::format("unknown kind \"{}\"; {}", kind, hint)});
}

void check_watched(Problems& problems, const std::string& path, const Watched& watched) {
  check_address(problems, path + ".metrics_url", watched.metrics_url);
  check_address(problems, path + ".dcgm_url", watched.dcgm_url);
  // A name that begins with a dash would be an option of ssh.
  if (!visible(watched.gpu_host) || watched.gpu_host.starts_with('-'))
    problems.push_back({path + ".gpu_host", fmt::format("\"{}\" is no host: use [USER@]HOST", watched.gpu_host)});
  std::size_t index = 0;
  for (const auto& group : watched.groups) {
    const auto below = fmt::format("{}.groups[{}]", path, index++);
    if (group.empty() || !visible(group) || group.find_first_of("@,") != std::string::npos)
      problems.push_back({below, fmt::format("\"{}\" is no name of a group: no @, no comma, no blank", group)});
  }
}

void check_transport(Problems& problems, const std::string& path, const Transport& transport) {
  if (!transport.client_key.empty() && transport.client_cert.empty())
    problems.push_back({path + ".client_key", "client_key needs client_cert beside it"});
  const auto proxy = transport.proxy.reveal();
  if (proxy.empty() || proxy == "none") return;
  const bool known = std::ranges::any_of(std::array{"http://", "https://", "socks4://", "socks5://", "socks5h://"},
                                         [&](std::string_view scheme) { return proxy.starts_with(scheme); });
  if (!known || !visible(proxy))
    problems.push_back({path + ".proxy", "must be the proxy's URL, such as http://proxy:3128, or \"none\""});
}

void check_params(Problems& problems, const std::string& path, const ModelParams& params) {
  const auto provider = provider::require_provider(params.provider);
  if (!provider) {
    problems.push_back({path + ".provider", provider.error().message});
    return;
  }
  const auto& row = **provider;
  if (params.api_base.empty() && row.base_url.empty())
    problems.push_back({path + ".api_base", fmt::format("api_base missing: provider {} has no address", row.name)});
  check_address(problems, path + ".api_base", params.api_base);
  if (params.api_key.empty() && row.needs_key)
    problems.push_back({path + ".api_key", fmt::format("api_key missing: provider {} wants one", row.name)});
  check_key(problems, path + ".api_key", params.api_key);
  if (auto scheme = provider::auth_scheme(row, params.auth_header_name, params.auth_header_format); !scheme)
    problems.push_back({fmt::format("{}.{}", path, scheme.error().param), scheme.error().message});
  check_headers(problems, path, params.headers);
  check_segment(problems, path, params.version_segment);
  check_transport(problems, path, params.transport);
}

void check_models(Problems& problems, const Config& config) {
  std::set<std::string> seen;
  std::size_t index = 0;
  for (const auto& model : config.models) {
    const auto path = fmt::format("model[{}]", index++);
    if (model.name.empty()) problems.push_back({path + ".name", "must not be empty"});
    if (!model.name.empty() && !seen.insert(model.name).second)
      problems.push_back({path + ".name", fmt::format("the name \"{}\" is used twice", model.name)});
    if (!model.kind.empty()) check_kind(problems, path, model.kind);
    check_watched(problems, path, model.watched);
    check_params(problems, path + ".params", model.params);
  }
}

void check_server(Problems& problems, const Server& server) {
  std::size_t index = 0;
  for (const auto& text : server.listen) {
    if (auto address = parse_listen_address(text); !address)
      problems.push_back({fmt::format("server.listen[{}]", index), address.error().message});
    ++index;
  }
  check_key(problems, "server.token", server.token);
  index = 0;
  for (const auto& origin : server.allow_origins) {
    const auto url = parse_server_url(origin);
    if (!url || !url->unix_path.empty() || origin.find('/', origin.find("://") + 3) != std::string::npos)
      problems.push_back({fmt::format("server.allow_origins[{}]", index),
                          fmt::format("\"{}\" is no origin: use https://HOST[:PORT]", origin)});
    ++index;
  }
  if (server.max_bodies_bytes < server.max_body_bytes) {
    problems.push_back({"server.max_bodies_bytes", fmt::format("{} is less than one body may have ([server] "
                                                               "max_body_bytes = {})",
                                                               server.max_bodies_bytes, server.max_body_bytes)});
  }
  index = 0;
  for (const auto& host : server.allow_hosts) {
    if (host.empty() || !visible(host) || host.find('/') != std::string::npos)
      problems.push_back({fmt::format("server.allow_hosts[{}]", index), fmt::format("\"{}\" is no host name", host)});
    ++index;
  }
}

/// What an alias leads to has to be served, or every request for it is refused. A model `*` takes any name.
void check_alias_targets(Problems& problems, const Config& config, std::span<const std::string> added) {
  std::vector<std::string_view> names(added.begin(), added.end());
  for (const auto& model : config.models) names.emplace_back(model.name);
  const auto serves = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  if (config.models.empty() || serves(any_model)) return;
  const auto check_target = [&](std::string path, std::string_view target) {
    if (target.empty() || serves(target)) return;
    const auto near = nearest(target, names);
    const auto hint =
        near.empty() ? fmt::format("there are {}", fmt::join(names, ", ")) : fmt::format("did you mean \"{}\"?", near);
    problems.push_back({std::move(path), fmt::format("there is no [[model]] \"{}\"; {}", target, hint)});
  };
  check_target("alias.model", config.alias.model);
  for (const auto& [from, to] : config.alias.map) check_target("alias.map." + from, to);
}

void check_alias(Problems& problems, const Alias& alias) {
  std::set<std::string> seen;
  for (const auto& [from, to] : alias.map) {
    const auto path = "alias.map." + from;
    if (from.empty() || to.empty()) problems.push_back({path, "both names must be given"});
    if (!seen.insert(lower(from)).second)
      problems.push_back({path, "stands there twice: names are compared without letter case"});
  }
}

void check_profiles(Problems& problems, const Config& config) {
  for (const auto& [name, profile] : config.profiles) {
    const auto path = "profiles." + name;
    check_kind(problems, path, profile.kind);
    const auto* row = provider::provider_of_kind(profile.kind);
    if (profile.base_url.empty() && row != nullptr && row->base_url.empty())
      problems.push_back({path + ".base_url", fmt::format("base_url missing: {} has no address", profile.kind)});
    check_address(problems, path + ".base_url", profile.base_url);
    check_key(problems, path + ".api_key", profile.api_key);
    if (!profile.api_key.empty() && !profile.api_key_env.empty())
      problems.push_back({path + ".api_key_env", "api_key and api_key_env exclude each other"});
    check_headers(problems, path, profile.headers);
    check_segment(problems, path, profile.version_segment);
    check_transport(problems, path, profile.transport);
    check_watched(problems, path, profile.watched);
  }
  if (!config.profile.empty() && !config.profiles.contains(config.profile))
    problems.push_back({"profile", fmt::format("there is no [profiles.{}]", config.profile)});
}

}  // namespace checking

std::vector<Problem> check(const Config& config, std::span<const std::string> added_models) {
  std::vector<Problem> problems;
  checking::check_server(problems, config.server);
  checking::check_models(problems, config);
  checking::check_alias(problems, config.alias);
  checking::check_alias_targets(problems, config, added_models);
  checking::check_profiles(problems, config);
  return problems;
}

std::vector<Problem> check_bind(const Server& server) {
  std::vector<Problem> problems;
  if (server.insecure_bind) return problems;
  std::size_t index = 0;
  for (const auto& text : server.listen) {
    const auto path = fmt::format("server.listen[{}]", index++);
    const auto address = parse_listen_address(text);
    if (!address || address->loopback()) continue;
    problems.push_back({path, fmt::format("{} is reachable from other machines and llmgw serves no TLS; put a TLS "
                                          "proxy in front, or allow it with insecure_bind = true (--insecure-bind)",
                                          text)});
  }
  return problems;
}

Result<> verdict(const std::vector<Problem>& problems) {
  if (problems.empty()) return {};
  std::string message;
  for (const auto& problem : problems)
    message += fmt::format("{}{}: {}", message.empty() ? "" : "\n", problem.path, problem.message);
  return fail(Errc::config, std::move(message), problems.front().path);
}

}  // namespace llmgw::config
