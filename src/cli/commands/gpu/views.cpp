#include <array>
#include <csignal>

#include "cli/commands/gpu/document.h"
#include "cli/commands/gpu/formats.h"
#include "cli/commands/gpu/serving.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/gpu/table.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "cli/term/frames.h"
#include "cli/term/visible_text.h"

namespace llmgw::cli::gpu_command {
namespace gpu_views {

/// How a command draws one host for people.
using Draw = std::string (*)(const gpu::Snapshot& snapshot, bool wide, const Terminal& terminal);

std::string draw_list(const gpu::Snapshot& snapshot, bool, const Terminal& terminal) {
  return list_table(snapshot, terminal);
}
std::string draw_processes(const gpu::Snapshot& snapshot, bool, const Terminal& terminal) {
  return process_table(snapshot, terminal);
}

constexpr std::array<const OptionSpec*, 11> options{&source, &host,  &id,          &only_visible,         &user,  &pcie,
                                                    &nvlink, &watch, &view_output, &output_options::json, &schema};
constexpr std::array<const OptionSpec*, 13> status_options{
    &source, &host, &id,  &only_visible, &user, &pcie, &nvlink, &watch, &status_output, &output_options::json,
    &schema, &warn, &crit};

std::string printed(const std::vector<gpu::Snapshot>& hosts, const std::string& format, Draw draw,
                    const Terminal& terminal) {
  if (format == "gpustat") return gpustat(hosts);
  std::string out;
  for (const auto& snapshot : hosts) {
    if (format == "json") {
      out += (out.empty() ? "[" : ",\n ") + document(snapshot);
    } else if (format == "jsonl") {
      out += document(snapshot) + "\n";
    } else {
      out += (out.empty() ? "" : "\n") + draw(snapshot, format == "wide", terminal);
    }
  }
  return format == "json" ? out + "]\n" : out;
}

/// Where the servers of processes are seen: asking them for anything else would be asking in vain.
bool shows_servers(const std::string& format, Draw draw) {
  if (format == "json" || format == "jsonl") return true;
  return (format == "table" || format == "wide") && draw != draw_list;
}

struct View {
  Context& context;
  Sources& sources;
  Serving& serving;
  Frames& screen;
  std::string format;
  Draw draw;
  gpu::Bounds bounds = {};
  std::optional<std::chrono::milliseconds> again = {};
  Outcome outcome = exit_ok;
};

/// A format for programs whose texts come as sources told them.
std::optional<std::string> exported(const View& view, const std::vector<gpu::Snapshot>& hosts) {
  if (view.format == "csv") return csv(hosts);
  if (view.format == "prometheus") return prometheus(hosts, view.sources.several());
  return std::nullopt;
}

/// A monitoring system wants a verdict: the one of a single reading.
Outcome show_plugin(const View& view, const Reading& reading) {
  std::vector<std::vector<gpu::Verdict>> verdicts;
  for (const auto& snapshot : reading.hosts) verdicts.push_back(gpu::judge(snapshot, nullptr, view.bounds));
  view.context.out.write(nagios(reading.hosts, verdicts, reading.failures, view.bounds));
  return plugin_exit(overall(verdicts, !reading.failures.empty()), false);
}

Outcome show(const View& view, const Reading& reading) {
  if (reading.hosts.empty()) return no_source(reading);
  if (view.format == "nagios") return show_plugin(view, reading);
  tell_failures(view.context, reading);
  const auto terminal = view.context.window();
  if (const auto text = exported(view, reading.hosts)) {
    view.context.out.write(terminal.tty ? for_terminal(*text) : *text);
    view.context.out.flush();
    return reading.failures.empty() ? exit_ok : exit_partial;
  }
  const auto text = printed(reading.hosts, view.format, view.draw, terminal);
  if (view.again && (view.format == "table" || view.format == "wide")) {
    view.screen.resize(terminal);
    view.screen.show(text);
  } else {
    view.context.out.write(text);
    view.context.out.flush();
  }
  return reading.failures.empty() ? exit_ok : exit_partial;
}

net::Task<> look(net::ClientRoom& room, View& view) {
  while (view.context.out.error() == 0) {
    auto reading = co_await view.sources.read(room);
    if (reading.cancelled) co_return;
    const auto files = view.sources.machine().files();
    if (shows_servers(view.format, view.draw)) co_await view.serving.add_to(room, files, reading);
    view.outcome = show(view, reading);
    if (!view.again || !view.outcome || view.sources.over()) co_return;
    const bool waited = co_await room.pause(*view.again);
    if (!waited) co_return;
  }
}

Outcome run_view(Context& context, const Arguments& given, Draw draw, const OptionSpec& output) {
  if (given.has(schema)) {
    context.out.write(document_schema() + "\n");
    return exit_ok;
  }
  const auto again = given.duration(watch);
  if (again && again->count() <= 0) return give_up(Errc::usage, "--watch must be more than 0");
  TRY(auto bounds, read_bounds(given));
  TRY(const auto sources,
      Sources::open(context, read_wanted(given), again ? Sources::Replay::from_start : Sources::Replay::last));
  auto serving = Serving::open(context, given);
  Frames screen(context.out, context.out_terminal);
  View view{.context = context,
            .sources = *sources,
            .serving = serving,
            .screen = screen,
            .format = given.has(output_options::json) ? "json" : given.text(output).value_or("table"),
            .draw = draw,
            .bounds = std::move(bounds),
            .again = again};
  TRY(const auto signal, context.run_client([&view](net::ClientRoom& room) { return look(room, view); }));
  // Ctrl-C is how a person ends the watching, and what was asked for has been shown.
  if (signal != 0 && !(again && signal == SIGINT)) return exit_of_signal(signal);
  return view.outcome;
}

Outcome run_status(Context& context, const Arguments& given) {
  return run_view(context, given, status_table, status_output);
}
Outcome run_list(Context& context, const Arguments& given) { return run_view(context, given, draw_list, view_output); }
Outcome run_procs(Context& context, const Arguments& given) {
  return run_view(context, given, draw_processes, view_output);
}

constexpr std::array status_examples{
    ExampleSpec{"llmgw gpu status --watch 2s", "again every two seconds"},
    ExampleSpec{"llmgw gpu status --host gx-01 --host gx-02 -o jsonl", "two hosts over ssh, one line each"},
    ExampleSpec{"llmgw gpu status --source dcgm:http://gx-01:9400/metrics", "what dcgm-exporter tells"},
};
constexpr std::array list_examples{ExampleSpec{"llmgw gpu list", "numbers, names, UUIDs and MIG devices"}};
constexpr std::array procs_examples{ExampleSpec{"llmgw gpu procs --user ada", "what one user runs"}};

}  // namespace gpu_views

constexpr CommandSpec status{
    .name = "status",
    .summary = "use, memory, temperature, power and faults",
    .description =
        "One line for each GPU. MEM is used and whole memory, without what driver and firmware reserve; PWR is power "
        "and "
        "its limit; CLK the clock of the processors in MHz; THR what holds it down: cap (power limit, normal under "
        "load), heat, HEAT (by hardware), brake, hw; ECC memory errors that were not corrected; LINK NVLinks that are "
        "up "
        "and all. GPUs that share the host's memory show the host's. Below a GPU stands which server of the "
        "configuration "
        "has its processes, found by the port that one of them or of their parents listens on, with the use of its KV "
        "cache and the requests it works on. Exit 11 when one of several sources failed.\n\n"
        "-o nagios judges one reading as gpu health does, and exits 0 to 3; --warn and --crit are for it.",
    .options = gpu_views::status_options,
    .examples = gpu_views::status_examples,
    .run = gpu_views::run_status};
constexpr CommandSpec list{.name = "list",
                           .summary = "numbers, names and UUIDs",
                           .description = "One line for each GPU, and below it one for each MIG device.",
                           .options = gpu_views::options,
                           .examples = gpu_views::list_examples,
                           .run = gpu_views::run_list};
constexpr CommandSpec procs{
    .name = "procs",
    .summary = "what runs on the GPUs",
    .description =
        "One line for each process and GPU, with user and container as /proc tells them. Inside a container "
        "the driver tells process ids of the host: start it with --pid=host to see whose they are.",
    .options = gpu_views::options,
    .examples = gpu_views::procs_examples,
    .run = gpu_views::run_procs};

}  // namespace llmgw::cli::gpu_command
