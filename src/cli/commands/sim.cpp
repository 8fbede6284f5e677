#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/help.h"
#include "proxy/app_sim.h"
#include "proxy/sim/behaviour.h"

namespace llmgw::cli::commands {
namespace sim_command {

constexpr OptionSpec listen{.name = "listen",
                            .kind = ValueKind::text,
                            .value = "ADDRESS",
                            .help = "HOST:PORT, [V6]:PORT or unix:PATH; port 0 picks one",
                            .repeatable = true,
                            .fallback = "127.0.0.1:8000"};
constexpr OptionSpec port{.name = "port",
                          .kind = ValueKind::integer,
                          .value = "N",
                          .help = "short for --listen 127.0.0.1:N",
                          .least = 0,
                          .most = 65'535};
constexpr OptionSpec model{.name = "model",
                           .letter = 'm',
                           .kind = ValueKind::text,
                           .value = "NAME",
                           .help = "a model to list",
                           .repeatable = true,
                           .fallback = "llmgw-sim"};
constexpr OptionSpec key_env{
    .name = "key-env", .kind = ValueKind::text, .value = "VAR", .help = "require the key that this variable holds"};
constexpr OptionSpec set{.name = "set",
                         .kind = ValueKind::text,
                         .value = "NAME[=VALUE]",
                         .help = "any other setting of every answer; see the list above",
                         .repeatable = true};
constexpr OptionSpec fault{.name = "fault",
                           .kind = ValueKind::text,
                           .value = "[P:]SCRIPT",
                           .help = "settings that strike with probability P (0 to 1, always unless said)",
                           .repeatable = true};
constexpr OptionSpec scenario{.name = "scenario",
                              .kind = ValueKind::file,
                              .value = "FILE",
                              .help = "TOML file of settings, faults and scripted turns"};
constexpr OptionSpec truth{
    .name = "truth", .kind = ValueKind::file, .value = "FILE", .help = "write what was sent when, as JSON lines"};
constexpr OptionSpec seed{.name = "seed",
                          .kind = ValueKind::integer,
                          .value = "N",
                          .help = "equal requests get equal answers under one seed",
                          .fallback = "1",
                          .least = 0};
constexpr OptionSpec time_scale{.name = "time-scale",
                                .kind = ValueKind::number,
                                .value = "X",
                                .help = "stretch all times; 0 is as fast as possible",
                                .fallback = "1"};
constexpr OptionSpec threads{.name = "threads",
                             .kind = ValueKind::integer,
                             .value = "N",
                             .help = "worker threads",
                             .fallback = "1",
                             .least = 1,
                             .most = 256};
constexpr OptionSpec ready_file{.name = "ready-file",
                                .kind = ValueKind::file,
                                .value = "FILE",
                                .help = "write the URL here once everything accepts"};
constexpr std::array fixed{&listen,   &port,  &model, &key_env,    &set,     &fault,
                           &scenario, &truth, &seed,  &time_scale, &threads, &ready_file};

/// The options that are settings of the simulator: made from its own list, so that the two cannot differ.
std::vector<OptionSpec> make_setting_options() {
  std::vector<OptionSpec> made;
  for (const auto& row : sim::setting_rows()) {
    if (row.option) made.push_back({.name = row.name, .kind = ValueKind::text, .value = row.takes, .help = row.help});
  }
  return made;
}

const std::vector<OptionSpec> setting_options = make_setting_options();

std::vector<const OptionSpec*> make_options() {
  std::vector<const OptionSpec*> all(fixed.begin(), fixed.begin() + 4);
  for (const auto& option : setting_options) all.push_back(&option);
  all.insert(all.end(), fixed.begin() + 4, fixed.end());
  return all;
}

const std::vector<const OptionSpec*> options = make_options();

std::string make_description() {
  std::string text =
      "Plays a model server that speaks OpenAI Chat and Anthropic Messages, with /v1/models, /health and /metrics. "
      "Times follow an absolute schedule, so they do not drift; texts and times come from a seed.\n\n"
      "--set takes, beside the names of the flags below, these settings. NAME@N strikes after N tokens. Several make "
      "a script, separated by commas or semicolons, for --fault and for the request header X-Sim.\n\n";
  for (const auto& row : sim::setting_rows()) {
    if (row.option) continue;
    auto label = "  " + std::string(row.name) + (row.positioned ? "[@N]" : "");
    if (!row.takes.empty()) label += "=" + std::string(row.takes);
    constexpr std::size_t column = 21;
    label.append(column - std::min(column - 1, label.size()), ' ');
    auto help = wrapped(row.help, 80, std::string(column, ' '));
    text += label + help.substr(column) + "\n";
  }
  text.pop_back();
  return text;
}

const std::string description = make_description();

constexpr std::array examples{
    ExampleSpec{"llmgw sim --ttft 80ms+-10ms --itl 12ms --out-len 200", "a server with known times"},
    ExampleSpec{"llmgw sim --fault \"0.1:status=503; retry-after=1\" --set crlf", "one that fails now and then"},
    ExampleSpec{"llmgw sim --listen 127.0.0.1:0 --time-scale 0 --ready-file url", "for a script: any port, no delays"},
};

std::pair<std::string, std::string> name_and_value(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) return {text, ""};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// `0.1:status=503`: a number before the first colon is the probability.
sim::FaultRule fault_rule(const std::string& text) {
  sim::FaultRule rule{.script = text};
  const auto colon = text.find(':');
  if (colon == std::string::npos) return rule;
  double probability = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + colon, probability);
  if (problem != std::errc{} || end != text.data() + colon) return rule;
  rule.probability = probability;
  rule.script = text.substr(colon + 1);
  return rule;
}

void read_settings(const Arguments& given, sim::SimOptions& read) {
  for (const auto& option : setting_options) {
    if (const auto value = given.text(option)) read.settings.emplace_back(option.name, *value);
  }
  for (const auto& text : given.all(set)) read.settings.push_back(name_and_value(text));
  for (const auto& text : given.all(fault)) read.faults.push_back(fault_rule(text));
}

Result<sim::SimOptions> read(const Context& context, const Arguments& given) {
  sim::SimOptions read;
  auto addresses = given.all(listen);
  if (const auto number = given.text(port)) addresses.push_back("127.0.0.1:" + *number);
  if (!addresses.empty()) read.listen = std::move(addresses);
  if (given.has(model)) read.models = given.all(model);
  if (const auto name = given.text(key_env)) {
    const auto key = context.env.non_empty(*name);
    if (!key) return fail(Errc::config, "--key-env: the variable " + *name + " is not set or empty");
    read.key = *key;
  }
  read_settings(given, read);
  read.scenario = given.text(scenario).value_or("");
  read.truth = given.text(truth).value_or("");
  read.ready_file = given.text(ready_file);
  read.seed = static_cast<std::uint64_t>(given.integer(seed).value_or(1));
  read.time_scale = given.number(time_scale).value_or(1);
  read.threads = static_cast<int>(given.integer(threads).value_or(1));
  return read;
}

Outcome run(Context& context, const Arguments& given) {
  const proxy::ServeOutput output{.out = [&context](std::string_view text) {
    context.out.write(text);
    context.out.flush();
  }};
  TRY(const auto chosen, read(context, given));
  TRY(const auto code, proxy::run_sim(chosen, output));
  return code;
}

}  // namespace sim_command

const CommandSpec sim{.name = "sim",
                      .group = Group::local,
                      .summary = "simulated model server",
                      .description = sim_command::description,
                      .options = sim_command::options,
                      .examples = sim_command::examples,
                      .run = sim_command::run};

}  // namespace llmgw::cli::commands
