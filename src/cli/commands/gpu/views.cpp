#include <array>
#include <functional>

#include "cli/commands/gpu/document.h"
#include "cli/commands/gpu/formats.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/gpu/table.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"

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

std::string printed(const std::vector<gpu::Snapshot>& hosts, const std::string& format, Draw draw,
                    const Terminal& terminal) {
  if (format == "csv") return csv(hosts);
  if (format == "gpustat") return gpustat(hosts);
  if (format == "prometheus") return prometheus(hosts);
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

/// Clears the screen before each drawing of a terminal that is watched: home first and the rest afterwards, so that
/// nothing flickers.
constexpr std::string_view home = "\x1b[H";
constexpr std::string_view clear_rest = "\x1b[J";

struct View {
  Context& context;
  Sources& sources;
  std::string format;
  Draw draw;
  std::optional<std::chrono::milliseconds> again = {};
  Outcome outcome = exit_ok;
};

Outcome show(const View& view, const Reading& reading) {
  if (reading.hosts.empty()) return no_source(reading);
  tell_failures(view.context, reading);
  const bool redraw = view.again && view.context.out_terminal.tty && (view.format == "table" || view.format == "wide");
  auto text = printed(reading.hosts, view.format, view.draw, view.context.out_terminal);
  if (redraw) text = std::string(home) + text + std::string(clear_rest);
  view.context.out.write(text);
  view.context.out.flush();
  return reading.failures.empty() ? exit_ok : exit_partial;
}

net::Task<> look(net::ClientRoom& room, View& view) {
  while (true) {
    const auto reading = co_await view.sources.read(room);
    view.outcome = show(view, reading);
    if (!view.again || !view.outcome || view.sources.over()) co_return;
    const bool waited = co_await room.pause(*view.again);
    if (!waited) co_return;
  }
}

Outcome run_view(Context& context, const Arguments& given, Draw draw) {
  if (given.has(schema)) {
    context.out.write(document_schema() + "\n");
    return exit_ok;
  }
  const auto again = given.duration(watch);
  if (again && again->count() <= 0) return give_up(Errc::usage, "--watch must be more than 0");
  TRY(const auto sources,
      Sources::open(context, read_wanted(given), again ? Sources::Replay::from_start : Sources::Replay::last));
  View view{.context = context,
            .sources = *sources,
            .format = given.has(output_options::json) ? "json" : given.text(view_output).value_or("table"),
            .draw = draw,
            .again = again};
  TRY(const auto signal, context.run_client([&view](net::ClientRoom& room) { return look(room, view); }));
  if (signal != 0) return exit_of_signal(signal);
  return view.outcome;
}

Outcome run_status(Context& context, const Arguments& given) { return run_view(context, given, status_table); }
Outcome run_list(Context& context, const Arguments& given) { return run_view(context, given, draw_list); }
Outcome run_procs(Context& context, const Arguments& given) { return run_view(context, given, draw_processes); }

Outcome run_topo(Context& context, const Arguments&) {
  TRY(const auto sources, Sources::open(context, {.sources = {"nvml"}}, Sources::Replay::last));
  auto snapshot = sources->local().nvml();
  if (!snapshot) return no_source({.hosts = {}, .failures = {std::move(snapshot).error()}});
  TRY(const auto links, sources->local().links());
  context.out.write(link_table(*snapshot, links));
  return exit_ok;
}

constexpr std::array status_examples{
    ExampleSpec{"llmgw gpu status --watch 2s", "again every two seconds"},
    ExampleSpec{"llmgw gpu status --host gx-01 --host gx-02 -o jsonl", "two hosts over ssh, one line each"},
    ExampleSpec{"llmgw gpu status --source dcgm:http://gx-01:9400/metrics", "what dcgm-exporter tells"},
};
constexpr std::array list_examples{ExampleSpec{"llmgw gpu list", "numbers, names, UUIDs and MIG devices"}};
constexpr std::array procs_examples{ExampleSpec{"llmgw gpu procs --user ada", "what one user runs"}};
constexpr std::array topo_examples{ExampleSpec{"llmgw gpu topo", "what lies between each two GPUs"}};

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
        "and all. GPUs that share the host's memory show the host's. Exit 11 when one of several sources failed.",
    .options = gpu_views::options,
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
constexpr CommandSpec topo{.name = "topo",
                           .summary = "what lies between each two GPUs",
                           .description =
                               "NV18 is 18 NVLinks; PIX one PCIe bridge, PXB several, PHB a host bridge, NODE a "
                               "NUMA node, SYS the link between NUMA nodes. NVML alone tells this.",
                           .examples = gpu_views::topo_examples,
                           .run = gpu_views::run_topo};

}  // namespace llmgw::cli::gpu_command
