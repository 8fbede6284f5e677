#include "core/gpu/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/commands/gpu/document.h"
#include "cli/commands/gpu/formats.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/gpu/table.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"

namespace llmgw::cli::gpu_command {
namespace gpu_health {

constexpr std::array<const OptionSpec*, 15> options{
    &source, &host,        &id,      &only_visible, &pcie,          &nvlink,
    &warn,   &crit,        &fail_on, &sample,       &health_output, &output_options::json,
    &schema, &list_checks, &user};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu health", "what is not well, and what to do"},
    ExampleSpec{"llmgw gpu health --fail-on crit --warn 'temp.gpu_c>80'", "for cron"},
    ExampleSpec{"llmgw gpu health -o nagios", "exit 0 to 3 as monitoring plugins do"},
};

struct Judging {
  Sources& sources;
  std::chrono::milliseconds apart;
  Reading first = {};
  Reading now = {};
};

net::Task<> read_twice(net::ClientRoom& room, Judging& judging) {
  judging.now = co_await judging.sources.read(room);
  if (judging.apart.count() == 0 || !std::ranges::any_of(judging.now.hosts, gpu::tells_slowdowns)) co_return;
  judging.first = std::move(judging.now);
  judging.now = {};
  const bool waited = co_await room.pause(judging.apart);
  if (!waited) co_return;
  judging.now = co_await judging.sources.read(room);
}

const gpu::Snapshot* earlier(const Reading& first, const gpu::Snapshot& now) {
  for (const auto& each : first.hosts) {
    if (each.host == now.host && each.source == now.source) return &each;
  }
  return nullptr;
}

std::string printed(const Reading& reading, const std::vector<std::vector<gpu::Verdict>>& verdicts,
                    const std::string& format, const Terminal& terminal) {
  std::string out;
  for (std::size_t i = 0; i < reading.hosts.size(); ++i) {
    if (format == "json") {
      out += (out.empty() ? "[" : ",\n ") + document(reading.hosts[i], verdicts[i]);
    } else if (format == "jsonl") {
      out += document(reading.hosts[i], verdicts[i]) + "\n";
    } else {
      out += (out.empty() ? "" : "\n") + health_table(reading.hosts[i], verdicts[i], format == "wide", terminal);
    }
  }
  return format == "json" ? out + "]\n" : out;
}

int exit_of(gpu::State state, bool crit_only) {
  if (state == gpu::State::crit) return exit_check_failed;
  if (state == gpu::State::warn) return crit_only ? exit_ok : exit_check_failed;
  return state == gpu::State::ok ? exit_ok : exit_inconclusive;
}

std::string checks_text() {
  std::string out;
  for (const auto& check : gpu::checks()) out += fmt::format("{:<14} {}; {}\n", check.id, check.says, check.hint);
  return out;
}

Outcome conclude(Context& context, const Arguments& given, const Judging& judging, const gpu::Bounds& bounds) {
  const auto format = given.has(output_options::json) ? "json" : given.text(health_output).value_or("table");
  const bool plugin = format == "nagios";
  const auto& reading = judging.now;
  if (reading.hosts.empty()) return no_source(reading);
  std::vector<std::vector<gpu::Verdict>> verdicts;
  for (const auto& snapshot : reading.hosts) {
    verdicts.push_back(gpu::judge(snapshot, earlier(judging.first, snapshot), bounds));
  }
  if (!plugin) tell_failures(context, reading);
  if (format == "prometheus") {
    const auto page = prometheus(reading.hosts, judging.sources.several(), verdicts);
    context.out.write(context.out_terminal.tty ? for_terminal(page) : page);
  } else {
    context.out.write(plugin ? nagios(reading.hosts, verdicts, reading.failures, bounds)
                             : printed(reading, verdicts, format, context.out_terminal));
  }
  const bool crit_only = given.text(fail_on) == "crit";
  const auto state = overall(verdicts, !reading.failures.empty());
  return plugin ? plugin_exit(state, crit_only) : exit_of(state, crit_only);
}

Outcome run_health(Context& context, const Arguments& given) {
  if (given.has(schema) || given.has(list_checks)) {
    context.out.write(given.has(schema) ? document_schema() + "\n" : checks_text());
    return exit_ok;
  }
  TRY(const auto bounds, read_bounds(given));
  constexpr std::chrono::seconds usual{1};
  TRY(const auto sources, Sources::open(context, read_wanted(given), Sources::Replay::last));
  Judging judging{.sources = *sources, .apart = given.duration(sample).value_or(usual)};
  TRY(const auto signal, context.run_client([&judging](net::ClientRoom& room) { return read_twice(room, judging); }));
  if (signal != 0) return exit_of_signal(signal);
  return conclude(context, given, judging, bounds);
}

}  // namespace gpu_health

constexpr CommandSpec health{
    .name = "health",
    .summary = "verdicts: lost, worn out, held down, misconfigured",
    .description =
        "Critical: the GPU fell off the bus or must be reset, the driver asks for a recovery, memory errors that were "
        "not corrected, rows that could not be replaced, fewer NVLinks than on GPUs of the same kind, Xid errors 48 64 "
        "74 "
        "79 95 119 120 140. Warnings: replacements that wait for a reset, Xid 63 94, slowed down by heat or the power "
        "brake for more than 1 % of the time, within 5 C of where the clocks fall, a PCIe link below its best under "
        "load, "
        "persistence mode off, clocks below 80 % at a power limit that was lowered. A card at the limit it comes with "
        "is well: full load brings it there. Xid errors come from the kernel's log where it may be read, or from "
        "DCGM.\n\n"
        "Where the driver counts the time it was held down, everything is read twice, one second apart (--sample), "
        "which is what the command takes; --sample 0 reads once and sees what holds the GPU down at that moment.\n\n"
        "A check whose figures the source does not tell is skipped, and says why with -o wide. Exit 10 on a warning or "
        "worse, 12 when nothing worse than unknown was found, 5 without any source.",
    .options = gpu_health::options,
    .examples = gpu_health::examples,
    .run = gpu_health::run_health};

}  // namespace llmgw::cli::gpu_command
