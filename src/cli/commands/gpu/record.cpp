#include <fmt/format.h>

#include <array>

#include "cli/commands/gpu/document.h"
#include "cli/commands/gpu/serving.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/exit_code.h"
#include "core/base/files.h"

namespace llmgw::cli::gpu_command {
namespace gpu_record {

constexpr std::array<const OptionSpec*, 9> options{&record_for,   &every, &source, &host,  &id,
                                                   &only_visible, &user,  &pcie,   &nvlink};
constexpr std::array arguments{ArgumentSpec{.name = "FILE",
                                            .help = "where to write; an older recording is replaced",
                                            .required = true,
                                            .kind = ValueKind::file}};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu record run.jsonl --for 60s", "a minute, one reading a second"},
    ExampleSpec{"llmgw gpu status --source file:run.jsonl --watch 1s", "play it back"},
};

struct Recorder {
  Context& context;
  Sources& sources;
  Serving& serving;
  std::chrono::milliseconds length;
  std::chrono::milliseconds apart;
  std::string lines = {};
  std::size_t readings = 0;
  Reading last = {};
};

net::Task<> take(net::ClientRoom& room, Recorder& recorder) {
  const auto start = recorder.context.clock.now_ns();
  while (true) {
    auto reading = co_await recorder.sources.read(room);
    if (reading.cancelled) co_return;
    const auto files = recorder.sources.machine().files();
    co_await recorder.serving.add_to(room, files, reading);
    recorder.last = std::move(reading);
    if (recorder.last.hosts.empty()) co_return;
    for (const auto& snapshot : recorder.last.hosts) recorder.lines += document(snapshot) + "\n";
    ++recorder.readings;
    const auto passed = std::chrono::nanoseconds(recorder.context.clock.now_ns() - start);
    if (passed + recorder.apart > recorder.length) co_return;
    const bool waited = co_await room.pause(recorder.apart);
    if (!waited) co_return;
  }
}

Outcome run_record(Context& context, const Arguments& given) {
  constexpr std::chrono::milliseconds second{1000};
  const auto apart = given.duration(every).value_or(second);
  if (apart.count() <= 0) return give_up(Errc::usage, "--every must be more than 0");
  TRY(const auto sources, Sources::open(context, read_wanted(given), Sources::Replay::from_start));
  auto serving = Serving::open(context, given);
  Recorder recorder{.context = context,
                    .sources = *sources,
                    .serving = serving,
                    .length = given.duration(record_for).value_or(std::chrono::milliseconds{0}),
                    .apart = apart};
  TRY(const auto signal, context.run_client([&recorder](net::ClientRoom& room) { return take(room, recorder); }));
  if (recorder.readings == 0) return signal != 0 ? Outcome(exit_of_signal(signal)) : Outcome(no_source(recorder.last));
  const auto& path = given.words().front();
  TRY_VOID(write_file(path, recorder.lines, FileMode::shared));
  tell_failures(context, recorder.last);
  context.err.write(fmt::format("{} reading{} in {}\n", recorder.readings, recorder.readings == 1 ? "" : "s", path));
  if (signal != 0) return exit_of_signal(signal);
  return recorder.last.failures.empty() ? exit_ok : exit_partial;
}

}  // namespace gpu_record

constexpr CommandSpec record{
    .name = "record",
    .summary = "keep readings in a file, to look at them later",
    .description =
        "Writes one JSON line for each reading and host, as -o jsonl prints them, with the servers of the "
        "configuration that processes belong to. Every command of this group plays such a file back with --source "
        "file:PATH. Interrupted, it keeps what it has.",
    .options = gpu_record::options,
    .arguments = gpu_record::arguments,
    .examples = gpu_record::examples,
    .run = gpu_record::run_record};

}  // namespace llmgw::cli::gpu_command
