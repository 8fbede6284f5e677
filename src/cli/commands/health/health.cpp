#include <fmt/format.h>

#include <array>
#include <regex>

#include "cli/commands/commands.h"
#include "cli/commands/health/options.h"
#include "cli/commands/health/targets.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/base/files.h"
#include "core/health/runner.h"

namespace llmgw::cli::commands {
namespace health_running {

using namespace health_command;
using net::milliseconds;

constexpr milliseconds between_runs{2'000};
constexpr int plugin_unknown = 3;

Step<std::vector<std::string_view>> check_list(const std::optional<std::string>& text) {
  std::vector<std::string_view> ids;
  if (!text) return ids;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    TRY(const auto* check, health::require_check(rest.substr(0, comma)));
    ids.push_back(check->id);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return ids;
}

/// What Kubernetes' three probes ask. A model that is still loading is a failed startup, and no failed liveness.
std::vector<std::string_view> probe_checks(const std::string& probe_name) {
  if (probe_name == "liveness") return {"http", "live"};
  if (probe_name == "startup") return {"live", "ready"};
  return {"live", "ready", "models"};
}

Result<std::regex> version_regex(const std::string& text) {
  try {
    return std::regex(text);
  } catch (const std::regex_error&) {
    return fail(Errc::usage, fmt::format("--expect-version: \"{}\" is no regular expression", text));
  }
}

Step<health::Expectations> expectations_of(const Arguments& given) {
  health::Expectations expectations;
  expectations.models = given.all(expect_model);
  expectations.context = given.integer(expect_context);
  expectations.allow_sleep = given.has(allow_sleep);
  if (const auto text = given.text(expect_version)) {
    TRY(expectations.version, version_regex(*text));
  }
  for (const auto& [option, state] : {std::pair{&warn, health::State::warn}, std::pair{&crit, health::State::crit}}) {
    for (const auto& text : given.all(*option)) {
      TRY(auto threshold, health::parse_threshold(text, state));
      expectations.thresholds.push_back(std::move(threshold));
    }
  }
  return expectations;
}

Step<health::RunOptions> run_options(const Arguments& given) {
  health::RunOptions wanted;
  TRY(wanted.expectations, expectations_of(given));
  wanted.selection.level = static_cast<int>(given.integer(level).value_or(wanted.selection.level));
  TRY(wanted.selection.only, check_list(given.text(only)));
  TRY(wanted.selection.skip, check_list(given.text(skip)));
  wanted.timeout = given.duration(timeout).value_or(wanted.timeout);
  wanted.total = given.duration(total_timeout).value_or(wanted.total);
  wanted.retries = given.integer(retries).value_or(wanted.retries);
  wanted.sample = given.duration(sample).value_or(wanted.sample);
  wanted.parallel = static_cast<std::size_t>(given.integer(parallel).value_or(64));
  wanted.insecure_http = given.has(insecure_http);
  if (const auto name = given.text(probe)) {
    wanted.selection.only = probe_checks(*name);
    wanted.sample = milliseconds(0);
  }
  return wanted;
}

bool reached(health::State goal, health::State state) {
  return goal == health::State::ok ? state == health::State::ok || state == health::State::idle : state == goal;
}

/// What the work in the loop needs and leaves behind.
struct Job {
  const Clock& clock;
  std::vector<health::Target> targets;
  health::RunOptions options;
  std::optional<health::State> goal;
  health::Report report;
  bool missed = false;  ///< the goal was not reached in time
};

/// Runs once, or again and again until the goal is reached or the time is over.
net::Task<> work(net::ClientRoom& room, Job& job) {
  constexpr std::int64_t ns_per_ms = 1'000'000;
  const auto deadline = job.clock.now_ns() + job.options.total.count() * ns_per_ms;
  for (;;) {
    health::RunOptions options = job.options;
    options.total = milliseconds((deadline - job.clock.now_ns()) / ns_per_ms);
    const health::Service service{room, job.clock};
    job.report.targets = co_await health::run(service, job.targets, options);
    job.report.unix_s = job.clock.unix_s();
    if (!job.goal || reached(*job.goal, job.report.state())) co_return;
    job.missed = job.clock.now_ns() + between_runs.count() * ns_per_ms >= deadline;
    if (job.missed) co_return;
    const bool goes_on = co_await room.pause(between_runs);
    if (!goes_on) co_return;
  }
}

std::string probe_line(const health::Report& report) {
  const auto& target = report.targets.front();
  const auto* worst = target.worst_outcome();
  if (worst == nullptr) return fmt::format("ok: {}\n", target.name);
  return fmt::format("{}: {} {}: {}\n", health::state_name(report.state()), target.name, worst->check->id,
                     health::rendering::one_line(worst->finding.message));
}

Outcome conclude(Context& context, const Arguments& given, const Job& job) {
  const auto& report = job.report;
  if (given.has(probe)) {
    context.out.write(probe_line(report));
    return health::probe_code(report.state(), report.rules);
  }
  const auto name = given.has(output_options::json) ? "json" : given.text(output).value_or("table");
  auto text = health::find_format(name)->write(report);
  if (const auto file = given.text(output_file)) {
    TRY_VOID(write_file(*file, text, FileMode::shared));
  } else {
    context.out.write(context.out_terminal.tty ? for_terminal(text) : text);
  }
  if (job.missed) {
    context.err.write(fmt::format("llmgw: the state \"{}\" was not reached in time\n", health::state_name(*job.goal)));
  }
  if (name == "nagios") return job.missed ? 2 : health::plugin_code(report.state(), report.rules);
  if (job.goal) return job.missed ? exit_check_failed : exit_ok;
  return health::exit_code(report.state(), report.rules);
}

Outcome check(Context& context, const Arguments& given) {
  if (given.has(schema)) {
    context.out.write(health::json_schema());
    return exit_ok;
  }
  if (given.has(list_checks)) {
    context.out.write(health::markdown_reference());
    return exit_ok;
  }
  TRY(auto wanted, run_options(given));
  TRY(auto targets, find_targets(context, given));
  if (given.has(probe) && targets.size() != 1) return give_up(Errc::usage, "--probe checks one TARGET");
  Job job{context.clock, std::move(targets), std::move(wanted), std::nullopt, {}};
  if (const auto goal = given.text(until)) job.goal = health::find_state(*goal);
  job.report.rules = {.fail_on_crit = given.text(fail_on) == "crit", .require_up = given.has(require_up)};
  TRY(const auto signal, context.run_client([&job](net::ClientRoom& room) { return work(room, job); }));
  if (signal != 0) return exit_of_signal(signal);
  return conclude(context, given, job);
}

/// Monitoring systems read 1 and 2 as warning and critical: what is wrong with the call itself is 3, unknown.
Outcome run(Context& context, const Arguments& given) {
  auto outcome = check(context, given);
  if (!outcome && given.text(output) == "nagios") outcome.error().exit_code = plugin_unknown;
  return outcome;
}

Outcome run_explain(Context& context, const Arguments& given) {
  TRY(const auto text, health::explain(given.words().front()));
  context.out.write(text);
  return exit_ok;
}

constexpr auto all_options = together(health_command::options, health_command::information);
constexpr std::array targets_argument{
    ArgumentSpec{.name = "TARGET",
                 .help = "a profile, a model, @GROUP, a URL or KIND+URL (vllm+http://127.0.0.1:8000)",
                 .repeated = true}};
constexpr std::array code_argument{
    ArgumentSpec{.name = "CODE", .help = "a code of a report: kv_high", .required = true}};
constexpr std::array examples{
    ExampleSpec{"llmgw health", "the profile in effect, else the gateways that run here and their upstreams"},
    ExampleSpec{"llmgw health vllm+http://127.0.0.1:8000 --warn 'kv>80%'", "an engine, with a limit of your own"},
    ExampleSpec{"llmgw health --all -o nagios", "every profile and upstream, as a monitoring plugin"},
    ExampleSpec{"llmgw health --until ok --total-timeout 15m", "wait until a deployment serves"},
};
constexpr std::array explain_examples{ExampleSpec{"llmgw health explain kv_high", "what it means and what to do"}};
constexpr CommandSpec explain{.name = "explain",
                              .summary = "what a code of a report means",
                              .description = "Tells what a check has found and what to do about it.",
                              .arguments = code_argument,
                              .examples = explain_examples,
                              .run = run_explain};
constexpr std::array parts{&explain};

}  // namespace health_running

constexpr CommandSpec health{
    .name = "health",
    .group = Group::operate,
    .summary = "check servers and say what is wrong",
    .description =
        "Asks each server what it is and how it is, and judges the answers: their bodies, not their status alone. "
        "What could not be measured is shown as missing, never as 0. Nothing is spent: only GET requests are sent.\n\n"
        "Exits with 10 on any warn or crit, 12 when nothing can be said, else 0; -o nagios exits with 0 to 3, "
        "--probe with 0 or 1.",
    .options = health_running::all_options,
    .arguments = health_running::targets_argument,
    .examples = health_running::examples,
    .subcommands = health_running::parts,
    .run = health_running::run};

}  // namespace llmgw::cli::commands
