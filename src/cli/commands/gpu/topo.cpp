#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "cli/commands/gpu/options.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/json/writer.h"

namespace llmgw::cli::gpu_command {
namespace gpu_topo {

constexpr std::string_view formats[] = {"table", "json"};
constexpr OptionSpec output{.name = "output",
                            .letter = 'o',
                            .kind = ValueKind::choice,
                            .value = "FORMAT",
                            .help = "how to print it",
                            .choices = formats,
                            .fallback = "table"};
constexpr OptionSpec source{.name = "source",
                            .kind = ValueKind::text,
                            .value = "SOURCE",
                            .help = "who is asked: auto, nvml, smi or ssh:HOST",
                            .fallback = "auto"};
constexpr std::array<const OptionSpec*, 4> options{&source, &host, &output, &output_options::json};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu topo", "what lies between each two GPUs"},
    ExampleSpec{"llmgw gpu topo --host gx-01 -o json", "the same of another host, for a script"},
};

std::string text(const gpu::Text& fact) { return on_one_line(fact.value_or("-")); }

const gpu::Link* between(const gpu::Topology& topology, std::size_t from, std::size_t to) {
  const auto found = std::ranges::find_if(topology.links, [&](const gpu::Link& link) {
    return link.from == std::min(from, to) && link.to == std::max(from, to);
  });
  return found == topology.links.end() ? nullptr : &*found;
}

std::string square(const gpu::Topology& topology) {
  const auto gpus = topology.places.size();
  std::string out = fmt::format("{:<6}", "");
  for (std::size_t i = 0; i < gpus; ++i) out += fmt::format("{:>6}", fmt::format("GPU{}", i));
  out += "  NUMA  CPUS\n";
  for (std::size_t from = 0; from < gpus; ++from) {
    out += fmt::format("{:<6}", fmt::format("GPU{}", from));
    for (std::size_t to = 0; to < gpus; ++to) {
      const auto* link = between(topology, from, to);
      out += fmt::format("{:>6}", from == to ? "X" : link == nullptr ? "-" : text(link->path));
    }
    out += fmt::format("  {:>4}  {}\n", text(topology.places[from].numa), text(topology.places[from].cpus));
  }
  return out;
}

void member(json::Writer& json, std::string_view name, const gpu::Text& fact) {
  json.key(name);
  if (fact) return json.string(*fact);
  json.null();
}

std::string document(const gpu::Topology& topology) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("gpus");
  json.begin_array();
  for (const auto& place : topology.places) {
    json.begin_object();
    member(json, "numa", place.numa);
    member(json, "cpus", place.cpus);
    json.end_object();
  }
  json.end_array();
  json.key("links");
  json.begin_array();
  for (const auto& link : topology.links) {
    json.begin_object();
    json.member("from", static_cast<std::int64_t>(link.from));
    json.member("to", static_cast<std::int64_t>(link.to));
    member(json, "path", link.path);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out + "\n";
}

Result<gpu::Topology> read(gpu::LocalReader& reader, const std::string& word) {
  if (word.starts_with("ssh:")) return reader.ssh_topology(word.substr(4));
  if (word == "smi") return reader.smi_topology();
  auto told = reader.nvml_topology();
  if (told || word == "nvml") return told;
  auto second = reader.smi_topology();
  if (!second) second.error().message = told.error().message + "; " + second.error().message;
  return second;
}

struct Looking {
  Sources& sources;
  std::string word;
  Result<gpu::Topology> topology = gpu::Topology();
};

net::Task<> look(net::ClientRoom& room, Looking& looking) {
  std::function<void()> work = [&looking] { looking.topology = read(looking.sources.local(), looking.word); };
  std::function<void()> stop = [&looking] { looking.sources.machine().give_up(true); };
  const bool whole = co_await room.apart(std::move(work), std::move(stop));
  (void)whole;  // the signal is told
}

Outcome run_topo(Context& context, const Arguments& given) {
  auto word = given.text(source).value_or("auto");
  const auto hosts = given.all(host);
  if (hosts.size() > 1 || (!hosts.empty() && given.has(source)))
    return give_up(Errc::usage, "topo shows one host: give one --host or --source");
  if (!hosts.empty()) word = "ssh:" + hosts.front();
  if (word != "auto" && word != "nvml" && word != "smi" && !word.starts_with("ssh:"))
    return give_up(Errc::usage, fmt::format("'{}' does not tell of the ways between GPUs", word),
                   "auto, nvml, smi or ssh:HOST");
  TRY(const auto sources, Sources::open(context, {.sources = {"auto"}}, Sources::Replay::last));
  Looking looking{.sources = *sources, .word = std::move(word)};
  TRY(const auto signal, context.run_client([&looking](net::ClientRoom& room) { return look(room, looking); }));
  if (signal != 0) return exit_of_signal(signal);
  const auto& topology = looking.topology;
  if (!topology) {
    auto advice = topology.error().param;
    return give_up(topology.error().code, topology.error().message, std::move(advice));
  }
  context.out.write(output_options::wants_json(given, output) ? document(*topology) : square(*topology));
  return exit_ok;
}

}  // namespace gpu_topo

constexpr CommandSpec topo{
    .name = "topo",
    .summary = "what lies between each two GPUs",
    .description =
        "NV18 is 18 NVLinks; PIX one PCIe bridge, PXB several, PHB a host bridge, NODE a NUMA node, SYS the "
        "link between NUMA nodes. NUMA and CPUS are the node and the processors a GPU is near to: bind a "
        "server's threads there. NVML and nvidia-smi tell this, other sources do not.",
    .options = gpu_topo::options,
    .examples = gpu_topo::examples,
    .run = gpu_topo::run_topo};

}  // namespace llmgw::cli::gpu_command
