#include <array>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/global_options.h"
#include "core/base/url.h"
#include "proxy/app.h"

namespace llmgw::cli::commands {
namespace serve_command {

constexpr std::string_view auths[] = {"token", "none"};
constexpr std::string_view key_sources[] = {"client"};

constexpr OptionSpec listen{.name = "listen",
                            .kind = ValueKind::text,
                            .value = "ADDRESS",
                            .help = "HOST:PORT, [V6]:PORT or unix:PATH; port 0 picks one",
                            .repeatable = true,
                            .fallback = "127.0.0.1:4000 and [::1]:4000"};
constexpr OptionSpec port{.name = "port",
                          .kind = ValueKind::integer,
                          .value = "N",
                          .help = "short for --listen 127.0.0.1:N",
                          .least = 0,
                          .most = 65'535};
constexpr OptionSpec upstream{.name = "upstream",
                              .kind = ValueKind::url,
                              .value = "URL",
                              .help = "send everything to this server; no configuration file is read"};
constexpr OptionSpec simulated{.name = "sim",
                               .help = "answer from the built-in simulator; no configuration file is read"};
constexpr OptionSpec provider{.name = "provider",
                              .kind = ValueKind::text,
                              .value = "NAME",
                              .help = "what the upstream is",
                              .fallback = "openai_compatible"};
constexpr OptionSpec upstream_key_env{.name = "upstream-key-env",
                                      .kind = ValueKind::text,
                                      .value = "VAR",
                                      .help = "variable that holds the upstream's key"};
constexpr OptionSpec upstream_key{.name = "upstream-key",
                                  .kind = ValueKind::choice,
                                  .value = "SOURCE",
                                  .help = "client forwards each client's own key",
                                  .choices = key_sources};
constexpr OptionSpec auth{.name = "auth",
                          .kind = ValueKind::choice,
                          .value = "KIND",
                          .help = "what clients must present",
                          .choices = auths,
                          .fallback = "token"};
constexpr OptionSpec model{.name = "model",
                           .kind = ValueKind::pair,
                           .value = "PUBLIC=UPSTREAM",
                           .help = "offer a model of the upstream under another name",
                           .repeatable = true};
constexpr OptionSpec alias{.name = "alias",
                           .kind = ValueKind::pair,
                           .value = "FROM=TO",
                           .help = "answer for a name that clients use, in any letter case",
                           .repeatable = true};
constexpr OptionSpec ready_file{.name = "ready-file",
                                .kind = ValueKind::file,
                                .value = "FILE",
                                .help = "write the URL here once everything accepts"};
constexpr OptionSpec threads{.name = "threads",
                             .kind = ValueKind::integer,
                             .value = "N",
                             .help = "worker threads",
                             .fallback = "one for each core, at most 4",
                             .least = 1,
                             .most = 256};
constexpr OptionSpec strict{.name = "strict", .help = "refuse what translation would have to drop"};
constexpr OptionSpec insecure_bind{.name = "insecure-bind",
                                   .help = "listen beyond this machine although llmgw has no TLS"};
constexpr OptionSpec check{.name = "check", .help = "check the configuration and exit"};

constexpr std::array<const OptionSpec*, 16> options{
    &listen, &port,  &upstream, &simulated,  &provider, &upstream_key_env, &upstream_key,   &auth,
    &model,  &alias, &strict,   &ready_file, &threads,  &insecure_bind,    &global::config, &check,
};
constexpr std::array examples{
    ExampleSpec{"llmgw serve --upstream http://127.0.0.1:8000", "in front of a local engine, such as vLLM"},
    ExampleSpec{"llmgw serve --upstream https://api.openai.com --upstream-key-env OPENAI_API_KEY",
                "in front of a provider"},
    ExampleSpec{"llmgw serve --upstream http://127.0.0.1:8000 --alias claude-sonnet-4-5=qwen3",
                "answer for a name that a client insists on"},
    ExampleSpec{"llmgw serve --sim", "to look around: no server, no key"},
    ExampleSpec{"llmgw serve --config llmgw.toml", "everything that a file can say"},
};
constexpr std::string_view description =
    "Runs a proxy that answers OpenAI (/v1/chat/completions) and Anthropic (/v1/messages) clients over an upstream "
    "of either format. Requests of the upstream's own format pass through unchanged; others are translated, and "
    "what a format cannot carry is told in the header x-llmgw-notes.\n\n"
    "With --upstream or --sim no file is read. Otherwise the configuration is --config, LLMGW_CONFIG, "
    "$XDG_CONFIG_HOME/llmgw/llmgw.toml or /etc/llmgw/llmgw.toml; never a file of the current folder.\n\n"
    "Clients must present the local token (LLMGW_TOKEN, or the file token in $XDG_STATE_HOME/llmgw, made once); "
    "\"llmgw env\" prints it for other programs. --auth none opens the proxy to every program of this machine.\n\n"
    "Standard output carries one line for each listener, everything else goes to standard error. SIGTERM and SIGINT "
    "drain; a second signal stops at once. SIGHUP reads the configuration again and keeps the old one when the new "
    "one is wrong.";

std::vector<std::string> listeners(const Arguments& given) {
  auto addresses = given.all(listen);
  if (const auto number = given.text(port)) addresses.push_back("127.0.0.1:" + *number);
  return addresses;
}

/// Flags that tell of the server behind --upstream: a file names its own servers, with providers and keys.
Result<> check_upstream_flags(const Arguments& given) {
  if (given.has(upstream_key) && given.on_command_line(upstream_key_env)) {
    return fail(Errc::usage, "--upstream-key client and --upstream-key-env exclude each other", "--upstream-key");
  }
  if (given.has(upstream)) return {};
  for (const auto* flag : {&provider, &upstream_key_env, &upstream_key}) {
    if (!given.on_command_line(*flag)) continue;
    const auto name = "--" + std::string(flag->name);
    return fail(Errc::usage, name + " needs --upstream: without it, provider and key stand in the configuration file",
                name);
  }
  return {};
}

Result<proxy::ServeOptions> read(const Arguments& given) {
  TRY_VOID(check_upstream_flags(given));
  proxy::ServeOptions read;
  read.listen = listeners(given);
  for (const auto& address : read.listen) {
    if (const auto parsed = parse_listen_address(address); !parsed) {
      return fail(Errc::usage, "--listen: " + parsed.error().message, "--listen");
    }
  }
  // LLMGW_CONFIG is looked at where the file is chosen: it does not contradict --upstream, as --config does.
  if (given.on_command_line(global::config)) read.config = given.text(global::config);
  read.upstream = given.text(upstream);
  read.sim = given.has(simulated);
  read.provider = given.text(provider).value_or(read.provider);
  read.upstream_key_env = given.text(upstream_key_env);
  read.upstream_key_client = given.has(upstream_key);
  read.models = given.pairs(model);
  read.aliases = given.pairs(alias);
  read.auth_none = given.text(auth) == "none";
  read.auth_token = given.on_command_line(auth) && !read.auth_none;
  read.ready_file = given.text(ready_file);
  if (const auto count = given.integer(threads)) read.threads = static_cast<int>(*count);
  read.strict = given.has(strict);
  read.insecure_bind = given.has(insecure_bind);
  read.check = given.has(check);
  return read;
}

Outcome run(Context& context, const Arguments& given) {
  const proxy::ServeOutput output{.out = [&context](std::string_view text) {
    context.out.write(text);
    context.out.flush();
  }};
  TRY(const auto chosen, read(given));
  TRY(const auto code, proxy::run_serve(chosen, context.env, output));
  return code;
}

}  // namespace serve_command

constexpr CommandSpec serve{.name = "serve",
                            .group = Group::local,
                            .summary = "local proxy for OpenAI and Anthropic clients",
                            .description = serve_command::description,
                            .options = serve_command::options,
                            .examples = serve_command::examples,
                            .run = serve_command::run};

}  // namespace llmgw::cli::commands
