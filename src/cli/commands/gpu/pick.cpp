#include <fmt/format.h>

#include <array>

#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "core/gpu/select.h"
#include "core/json/writer.h"

namespace llmgw::cli::gpu_command {
namespace gpu_pick {

constexpr std::array<const OptionSpec*, 8> options{&min_free,     &max_util, &count,       &id,
                                                   &only_visible, &source,   &pick_output, &output_options::json};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu pick --min-free 20GiB", "CUDA_VISIBLE_DEVICES=GPU-..."},
    ExampleSpec{"env $(llmgw gpu pick --count 2 --max-util 5) python3 train.py", "on two idle GPUs"},
};

struct Picking {
  Sources& sources;
  Reading reading = {};
};

net::Task<> read_once(net::ClientRoom& room, Picking& picking) {
  picking.reading = co_await picking.sources.read(room);
}

template <class Text>
std::string joined(const std::vector<gpu::Candidate>& picked, const Text& text) {
  std::string out;
  for (const auto& each : picked) out += (out.empty() ? "" : ",") + text(each);
  return out;
}

std::string json_of(const std::vector<gpu::Candidate>& picked) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& each : picked) {
    json.begin_object();
    json.member("index", each.index);
    json.member("uuid", each.uuid);
    json.member("name", each.name);
    json.member("free_b", static_cast<std::int64_t>(each.free_b));
    json.key("util");
    if (each.util) json.number(*each.util);
    if (!each.util) json.null();
    json.end_object();
  }
  json.end_array();
  return out;
}

std::string printed(const std::vector<gpu::Candidate>& picked, const std::string& format, bool amd) {
  if (format == "json") return json_of(picked);
  const auto indexes = joined(picked, [](const gpu::Candidate& each) { return std::to_string(each.index); });
  if (format == "index") return indexes;
  // HIP takes numbers (rocm.docs.amd.com, "GPU isolation techniques"); CUDA numbers GPUs by speed unless told
  // otherwise, so UUIDs are what holds there.
  if (format == "env" && amd) return "HIP_VISIBLE_DEVICES=" + indexes;
  const auto uuids = joined(picked, [](const gpu::Candidate& each) { return each.uuid; });
  return format == "env" ? "CUDA_VISIBLE_DEVICES=" + uuids : uuids;
}

Outcome run_pick(Context& context, const Arguments& given) {
  gpu::Need need;
  need.count = static_cast<std::size_t>(given.integer(count).value_or(1));
  need.most_util = static_cast<double>(given.integer(max_util).value_or(100));
  if (const auto text = given.text(min_free)) {
    const auto size = gpu::parse_size(*text);
    if (!size) return give_up(Errc::usage, fmt::format("'{}' is no size; write 20GiB or 500MB", *text));
    need.free_b = *size;
  }
  const auto wanted = read_wanted(given);
  if (wanted.sources.size() != 1) return give_up(Errc::usage, "pick looks at one host: give one --source");
  TRY(const auto sources, Sources::open(context, wanted, Sources::Replay::last));
  Picking picking{.sources = *sources};
  TRY(const auto signal, context.run_client([&picking](net::ClientRoom& room) { return read_once(room, picking); }));
  if (signal != 0) return exit_of_signal(signal);
  if (picking.reading.hosts.empty() || !picking.reading.failures.empty()) return no_source(picking.reading);
  const auto& snapshot = picking.reading.hosts.front();
  TRY(const auto picked, gpu::pick(snapshot, need));
  const auto format = given.has(output_options::json) ? "json" : given.text(pick_output).value_or("env");
  context.out.write(printed(picked, format, snapshot.source == "amd") + "\n");
  return exit_ok;
}

}  // namespace gpu_pick

constexpr CommandSpec pick{
    .name = "pick",
    .summary = "the emptiest GPUs that meet a need",
    .description =
        "Prints a setting of CUDA_VISIBLE_DEVICES (for AMD's GPUs HIP_VISIBLE_DEVICES) for env(1). Most free "
        "memory comes first, then the least use. A divided GPU offers its MIG devices. Exit 5, with the "
        "reason of each GPU, when too few meet the need.",
    .options = gpu_pick::options,
    .examples = gpu_pick::examples,
    .run = gpu_pick::run_pick};

}  // namespace llmgw::cli::gpu_command
