#include "cli/client/target.h"

#include <algorithm>
#include <chrono>

#include "cli/client/target_options.h"
#include "cli/configuration.h"
#include "core/base/files.h"
#include "core/base/folders.h"
#include "proxy/transport.h"

namespace llmgw::cli {
namespace target {

namespace options = target_options;
constexpr std::string_view local_proxy = "http://127.0.0.1:4000";
constexpr std::chrono::milliseconds first_byte_limit{120'000};
constexpr std::chrono::milliseconds idle_limit{60'000};

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  const auto start = text.find_first_not_of(' ');
  return start == std::string::npos ? std::string{} : text.substr(start);
}

/// No server's key holds white space or control characters: it would end up outside its header.
Result<Secret> checked(std::string key, const std::string& source) {
  const bool visible =
      std::ranges::none_of(key, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
  if (!visible) return fail(Errc::authentication, "the key of " + source + " holds white space or control characters");
  return Secret(std::move(key));
}

/// A key that somebody named for this run: it goes to whatever server was named.
Result<Secret> named_key(const Context& context, const Arguments& given) {
  if (const auto path = given.text(options::api_key_file)) {
    TRY(auto text, read_file(*path));
    auto key = trimmed(std::move(text));
    if (key.empty()) return fail(Errc::authentication, "the key file " + *path + " is empty");
    return checked(std::move(key), *path);
  }
  return checked(trimmed(context.env.non_empty("LLMGW_API_KEY").value_or("")), "LLMGW_API_KEY");
}

/// Servers are named with or without `/v1`: where it is missing it is added, as every server of both formats has it.
Result<> set_url(Target& target, const std::string& base, const std::optional<std::string>& version_segment) {
  target.url = provider::versioned_base(*target.provider, base, version_segment);
  TRY(auto url, net::parse_url(target.url));
  target.endpoint = std::move(url.endpoint);
  target.base_path = std::move(url.path);
  return {};
}

void set_limits(Target& target, const Arguments& given) {
  target.deadlines.connect = given.duration(options::connect_timeout).value_or(target.deadlines.connect);
  target.deadlines.first_byte = given.duration(options::first_byte_timeout).value_or(first_byte_limit);
  target.deadlines.idle = given.duration(options::idle_timeout).value_or(idle_limit);
  target.deadlines.total = given.duration(options::timeout).value_or(target.deadlines.total);
  target.retries = given.integer(options::retries).value_or(target.retries);
}

Result<> use_profile(Target& target, const config::Profile& profile) {
  target.provider = provider::provider_of_kind(profile.kind);
  if (target.provider == nullptr) return fail(Errc::config, "unknown kind \"" + profile.kind + "\"", "kind");
  if (const auto* native = dialect::find_dialect(target.provider->dialect)) target.dialect = native;
  target.model = profile.model;
  target.system = profile.system;
  target.key = profile.api_key;
  for (const auto& [name, value] : profile.headers) target.headers.push_back({name, value});
  TRY_VOID(set_url(target, profile.base_url, profile.version_segment));
  proxy::set_transport(target.endpoint, profile.transport);
  if (profile.api == config::ClientApi::messages) target.dialect = &dialect::anthropic_messages;
  return {};
}

/// A flag counts before a variable: `--profile` sets LLMGW_BASE_URL aside.
bool profile_flag_wins(const Arguments& given) {
  return given.on_command_line(options::profile) && !given.on_command_line(options::base_url);
}

/// A URL that was named counts alone: the profile's key and headers are meant for the profile's server.
Step<Target> find_server(const Context& context, const Arguments& given) {
  Target target;
  target.dialect = &dialect::openai_chat;
  TRY(target.provider, provider::require_provider("openai_compatible"));
  const auto url = given.text(options::base_url);
  if (url && !profile_flag_wins(given)) {
    target.name = *url;
    TRY_VOID(set_url(target, *url, std::nullopt));
    return target;
  }
  TRY(const auto profile, profile_in_effect(context, given));
  if (profile) {
    target.name = profile->name;
    TRY_VOID(use_profile(target, profile->profile));
    return target;
  }
  target.name = "the local proxy";
  target.key = local_token(context.env);
  TRY_VOID(set_url(target, std::string(local_proxy), std::nullopt));
  return target;
}

}  // namespace target

Secret local_token(const Env& env) {
  if (auto token = env.non_empty("LLMGW_TOKEN")) return Secret(std::move(*token));
  const auto folder = state_folder(env);
  if (!folder) return {};
  auto token = read_file(*folder + "/token");
  return token ? Secret(target::trimmed(std::move(*token))) : Secret();
}

Step<Target> resolve_target(const Context& context, const Arguments& given) {
  if (given.on_command_line(target_options::profile) && given.on_command_line(target_options::base_url)) {
    return give_up(Errc::usage, "--profile and --base-url exclude each other: a profile has an address of its own");
  }
  TRY(auto found, target::find_server(context, given));
  TRY(auto key, target::named_key(context, given));
  if (!key.empty()) found.key = std::move(key);
  if (const auto api = given.text(target_options::api)) {
    found.dialect = *api == "messages" ? &dialect::anthropic_messages : &dialect::openai_chat;
  }
  target::set_limits(found, given);
  return found;
}

net::HttpRequest make_request(const Target& target, std::string method, const std::string& path, std::string body) {
  net::HttpRequest request;
  request.endpoint = net::share(target.endpoint);
  request.deadlines = target.deadlines;
  auto& message = request.message;
  message.method = std::move(method);
  message.target = target.base_path + path;
  message.headers.set("user-agent", "llmgw/" LLMGW_VERSION);
  message.headers.set("accept", "application/json, text/event-stream");
  if (!body.empty()) message.headers.set("content-type", "application/json");
  const bool messages = target.dialect == &dialect::anthropic_messages;
  if (messages) message.headers.set("anthropic-version", "2023-06-01");
  if (!target.key.empty()) {
    const bool own_header = messages || target.provider->auth == provider::AuthKind::x_api_key;
    const std::string key(target.key.reveal());
    message.headers.set(own_header ? "x-api-key" : "authorization", own_header ? key : "Bearer " + key);
  }
  for (const auto& header : target.headers) message.headers.set(header.name, header.value.reveal());
  message.body = std::move(body);
  return request;
}

}  // namespace llmgw::cli
