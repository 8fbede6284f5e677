#include <fmt/format.h>

#include <array>
#include <csignal>

#include "cli/commands/commands.h"
#include "cli/commands/health/checking.h"
#include "cli/commands/health/memory.h"
#include "cli/commands/health/options.h"
#include "cli/commands/health/ping.h"
#include "cli/commands/health/settings.h"
#include "cli/commands/health/targets.h"
#include "cli/commands/health/watching.h"
#include "cli/exit_code.h"
#include "cli/global_options.h"
#include "cli/term/visible_text.h"
#include "core/base/files.h"
#include "core/base/ids.h"
#include "core/gpu/local_reader.h"

namespace llmgw::cli::commands {
namespace health_running {

using namespace health_command;

std::string probe_line(const health::Report& report) {
  const auto& target = report.targets.front();
  const auto* worst = target.worst_outcome();
  if (worst == nullptr) return fmt::format("ok: {}\n", target.name);
  return fmt::format("{}: {} {}: {}\n", health::state_name(report.state()), target.name, worst->check->id,
                     health::rendering::one_line(worst->finding.message));
}

std::string format_of(const Arguments& given) {
  return given.has(output_options::json) ? "json" : given.text(output).value_or("table");
}

/// What the run exits with.
int exit_of(const Arguments& given, const Job& job) {
  const auto& report = job.report;
  if (given.has(probe)) return health::probe_code(report.state(), report.rules);
  if (format_of(given) == "nagios") return job.missed ? 2 : health::plugin_code(report.state(), report.rules);
  if (job.course.goal) return job.missed ? exit_check_failed : exit_ok;
  return health::exit_code(report.state(), report.rules);
}

Result<> print(Context& context, const Arguments& given, const Job& job) {
  const auto text = health::find_format(format_of(given))->write(job.report);
  if (const auto file = given.text(output_file)) return write_file(*file, text, FileMode::shared);
  context.out.write(context.out_terminal.tty ? for_terminal(text) : text);
  return {};
}

Outcome conclude(Context& context, const Arguments& given, const Job& job) {
  const auto code = exit_of(given, job);
  // `--quiet` in a crontab: a mail comes only when something is wrong.
  const bool silent = given.has(global::quiet) && code == exit_ok && !given.has(output_file);
  if (given.has(probe)) {
    if (!silent) context.out.write(probe_line(job.report));
  } else if (!given.has(watch) && !silent) {
    TRY_VOID(print(context, given, job));
  }
  if (job.missed) {
    context.err.write(
        fmt::format("llmgw: the state \"{}\" was not reached in time\n", health::state_name(*job.course.goal)));
  }
  if (job.unmatched_baseline) context.err.write("llmgw: the baseline holds none of these targets\n");
  return code;
}

Step<std::optional<health::Baseline>> baseline_of(const Arguments& given) {
  const auto file = given.text(baseline);
  if (!file) return std::nullopt;
  TRY(const auto text, read_file(*file));
  auto read = health::Baseline::read(text);
  if (!read) return give_up(Errc::usage, *file + ": " + read.error().message, "llmgw health -o json > " + *file);
  return *std::move(read);
}

/// `--watch` draws or writes lines; the formats that are one document have no place in it.
Step<std::string> watched_format(const Context& context, const Arguments& given) {
  const auto format = format_of(given);
  const bool drawn = format == "table" || format == "wide";
  if (!drawn && format != "jsonl") {
    return give_up(Errc::usage, fmt::format("--watch shows table, wide or jsonl, not {}", format));
  }
  return drawn && !context.out_terminal.tty ? "jsonl" : format;
}

struct Notice {
  const Ping& ping;
  std::string event;
  std::string body;
  Result<> sent = {};
};

net::Task<> notify(net::ClientRoom& room, Notice& notice) {
  notice.sent = co_await send_ping(room.client(), notice.ping, notice.event, notice.body);
}

/// A ping that fails is told of, and changes nothing: what is checked is not who is told.
Result<int> tell(Context& context, const std::optional<Ping>& whom, std::string event, std::string body) {
  if (!whom) return 0;
  Notice notice{*whom, std::move(event), std::move(body)};
  TRY(const auto signal, context.run_client([&notice](net::ClientRoom& room) { return notify(room, notice); }));
  if (!notice.sent) context.err.write("llmgw: " + notice.sent.error().message + "\n");
  return signal;
}

Step<std::optional<Ping>> ping_of(const Arguments& given) {
  const auto url = given.text(ping);
  if (!url) return std::nullopt;
  IdSource ids(random_seed());
  TRY(auto made, make_ping(*url, ids.next(), ids.next()));
  return made;
}

Result<gpu::Snapshot> gpus_here(const Context& context) {
  const auto machine = context.open_machine(context.env);
  gpu::LocalReader reader(*machine, context.clock, {});
  return reader.automatic();
}

Step<Job> prepare(Context& context, const Arguments& given) {
  TRY(auto wanted, run_options(given));
  TRY(const auto course, course_of(given, wanted.total));
  TRY(auto found, find_targets(context, given));
  if (given.has(probe) && found.targets.size() + found.unasked.size() != 1)
    return give_up(Errc::usage, "--probe checks one TARGET");
  Job job{.clock = context.clock,
          .targets = std::move(found.targets),
          .unasked = std::move(found.unasked),
          .options = std::move(wanted),
          .course = course};
  job.each_address = given.has(each_address);
  job.local_gpus = [&context] { return gpus_here(context); };
  TRY(job.baseline, baseline_of(given));
  job.report.rules = {.fail_on_crit = given.text(fail_on) == "crit", .require_up = given.has(require_up)};
  return job;
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
  TRY(auto job, prepare(context, given));
  TRY(const auto whom, ping_of(given));
  std::optional<Watching> watching;
  if (given.has(watch)) {
    TRY(const auto format, watched_format(context, given));
    watching.emplace(context, format, job.course.confirm, *job.course.every);
    job.after_each = [&watching](const health::Report& report) { watching->show(report); };
  }
  const bool remembers = !given.has(probe);
  const Memory memory(context.env);
  if (remembers) {
    job.recall = [&memory](health::Target& target) {
      if (auto last = memory.recall(target.name, target.url)) target.earlier = std::move(last->scrape);
    };
  }
  TRY(const auto before, tell(context, whom, "start", {}));
  if (before != 0) return exit_of_signal(before);
  TRY(const auto signal, context.run_client([&job](net::ClientRoom& room) { return run_checks(room, job); }));
  watching.reset();
  // Ctrl-C is how a person ends --watch, and what was asked for has been shown.
  if (signal == SIGINT && given.has(watch) && !job.course.goal) return exit_ok;
  if (signal != 0) return exit_of_signal(signal);
  const auto all = job.report;
  if (given.has(since_last)) {
    for (auto& target : job.report.targets) only_changed(target, memory.recall(target.name, target.url));
  }
  if (remembers) memory.keep(all.targets, all.unix_s);
  TRY(const auto code, conclude(context, given, job));
  TRY(const auto after, tell(context, whom, std::to_string(code), health::rendering::table(all)));
  return after != 0 ? exit_of_signal(after) : code;
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
    ExampleSpec{"llmgw health --deep", "also ask the model for a short answer, whole and streamed"},
    ExampleSpec{"llmgw health --until ok --total-timeout 15m", "wait until a deployment serves"},
    ExampleSpec{"llmgw health @lab --watch --confirm 2", "keep an eye on a group of servers"},
    ExampleSpec{"llmgw health edge --baseline before.json", "compare with a report of before the change"},
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
        "What could not be measured is shown as missing, never as 0. Up to level 2 nothing is spent: only GET requests "
        "are sent.\n\n"
        "From level 3 on models are asked, one short question at a time. The level is the consent for engines; hosted "
        "providers and gateways need --cost-limit too, and a model that is not loaded is not asked without "
        "--allow-load. The report tells the requests and tokens that were spent.\n\n"
        "Exits with 10 on any warn or crit, 12 when nothing can be said, else 0; -o nagios exits with 0 to 3, "
        "--probe with 0 or 1.",
    .options = health_running::all_options,
    .arguments = health_running::targets_argument,
    .examples = health_running::examples,
    .subcommands = health_running::parts,
    .run = health_running::check};

}  // namespace llmgw::cli::commands
