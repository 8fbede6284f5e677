#include "proxy/startup.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <utility>

#include "core/base/files.h"
#include "core/base/folders.h"
#include "core/config/config.h"

namespace llmgw::proxy {
namespace startup {

constexpr std::string_view token_variable = "LLMGW_TOKEN";

Result<Secret> upstream_key(const ServeOptions& options, const Env& env) {
  if (options.upstream_key_client) return Secret("client");
  if (!options.upstream_key_env) return Secret();
  auto value = env.non_empty(*options.upstream_key_env);
  if (!value) {
    return fail(Errc::config, fmt::format("the variable {} that --upstream-key-env names is not set or empty",
                                          *options.upstream_key_env));
  }
  return Secret(std::move(*value));
}

// The catch-all row takes every name; a --model row renames one and lists it.
Result<config::Config> from_upstream(const ServeOptions& options, const Env& env) {
  config::Config made;
  config::Model any;
  any.name = config::any_model;
  any.params.provider = options.provider;
  any.params.api_base = options.upstream.value_or("");
  TRY(any.params.api_key, upstream_key(options, env));
  for (const auto& [name, served] : options.models) {
    auto named = any;
    named.name = name;
    named.params.model = served;
    made.models.push_back(std::move(named));
  }
  made.models.push_back(std::move(any));
  return made;
}

Result<config::Config> from_file(const ServeOptions& options, const Env& env) {
  TRY(const auto file, config::find_file(options.config, env));
  if (!file) {
    return fail(Errc::usage,
                "nothing to serve: give --upstream URL, or --config FILE (`llmgw config init` writes a first one)");
  }
  config::LoadOptions how;
  how.insecure_bind = options.insecure_bind;
  for (const auto& [name, served] : options.models) how.added_models.push_back(name);
  TRY(auto loaded, config::load_file(*file, env, how));
  for (const auto& [name, served] : options.models) {
    if (loaded.config.models.empty()) break;
    auto named = loaded.config.models.front();
    named.name = name;
    named.params.model = served;
    loaded.config.models.push_back(std::move(named));
  }
  return std::move(loaded.config);
}

void lay_flags_over(config::Config& config, const ServeOptions& options) {
  auto& server = config.server;
  if (!options.listen.empty()) server.listen = options.listen;
  if (options.threads) server.threads = *options.threads;
  if (options.auth_none) server.auth = config::Auth::none;
  if (options.auth_token) server.auth = config::Auth::token;
  if (options.strict) server.strict = true;
  if (options.insecure_bind) server.insecure_bind = true;
  for (const auto& [from, to] : options.aliases) config.alias.map[from] = to;
}

// Containers often have a kernel that knows IPv6 and no address of it: only binding tells.
bool has_ipv6_loopback() {
  const int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const bool bound = bind(probe, reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
  close(probe);
  return bound;
}

// 32 bytes from the kernel's random source, as letters and digits.
std::string fresh_token() {
  static constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::random_device device;
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  std::string token = "llmgw-";
  for (int i = 0; i < 43; ++i) token += alphabet[pick(device)];
  return token;
}

}  // namespace startup

Result<config::Config> resolve_config(const ServeOptions& options, const Env& env) {
  if (options.upstream && options.config) {
    return fail(Errc::usage, "--upstream and --config exclude each other: with --upstream no file is read");
  }
  TRY(auto config, options.upstream ? startup::from_upstream(options, env) : startup::from_file(options, env));
  startup::lay_flags_over(config, options);
  auto problems = config::check(config);
  if (!config.server.insecure_bind) {
    for (auto& problem : config::check_bind(config.server)) problems.push_back(std::move(problem));
  }
  TRY_VOID(config::verdict(problems));
  return config;
}

Result<Secret> resolve_token(const config::Config& config, const Env& env) {
  if (config.server.auth == config::Auth::none) return Secret();
  if (auto value = env.non_empty(startup::token_variable)) return Secret(std::move(*value));
  if (!config.server.token.empty()) return config.server.token;
  TRY(const auto folder, state_folder(env));
  const auto path = folder + "/token";
  auto kept = read_file(path, 4096);
  if (kept) {
    while (kept->ends_with('\n') || kept->ends_with('\r')) kept->pop_back();
    if (kept->empty()) return fail(Errc::config, fmt::format("{} is empty; remove it and start again", path));
    return Secret(std::move(*kept));
  }
  if (kept.error().code != Errc::not_found) return std::unexpected(std::move(kept).error());
  auto token = startup::fresh_token();
  TRY(const auto ours, create_file(path, token + "\n", FileMode::owner_only));
  if (ours) return Secret(std::move(token));
  return resolve_token(config, env);  // another server that is starting was faster: its token is everybody's
}

Result<std::vector<ListenAddress>> resolve_listen(const config::Config& config) {
  auto texts = config.server.listen;
  if (texts.empty()) {
    texts.emplace_back("127.0.0.1:4000");
    if (startup::has_ipv6_loopback()) texts.emplace_back("[::1]:4000");
  }
  std::vector<ListenAddress> addresses;
  for (const auto& text : texts) {
    TRY(auto address, parse_listen_address(text));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

Result<std::shared_ptr<const Snapshot>> resolve_snapshot(const ServeOptions& options, const Env& env) {
  TRY(auto config, resolve_config(options, env));
  TRY(auto token, resolve_token(config, env));
  return make_snapshot(std::move(config), std::move(token));
}

}  // namespace llmgw::proxy
