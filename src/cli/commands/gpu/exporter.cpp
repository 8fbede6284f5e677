#include "proxy/app_exporter.h"

#include <fmt/format.h>

#include <array>
#include <csignal>

#include "cli/commands/gpu/formats.h"
#include "cli/commands/gpu/options.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/exit_code.h"

namespace llmgw::cli::gpu_command {
namespace gpu_exporter {

constexpr OptionSpec listen{.name = "listen",
                            .kind = ValueKind::text,
                            .value = "ADDRESS",
                            .help = "HOST:PORT, [V6]:PORT or unix:PATH; port 0 picks one",
                            .repeatable = true,
                            .fallback = "127.0.0.1:9401"};
constexpr OptionSpec insecure_bind{.name = "insecure-bind",
                                   .help = "allow addresses that other machines reach: there is no password"};
constexpr OptionSpec ready_file{.name = "ready-file",
                                .kind = ValueKind::file,
                                .value = "FILE",
                                .help = "write the URL here once everything accepts"};
constexpr std::array<const OptionSpec*, 10> options{&listen, &insecure_bind, &ready_file, &source, &host,
                                                    &id,     &only_visible,  &user,       &pcie,   &nvlink};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu exporter", "http://127.0.0.1:9401/metrics"},
    ExampleSpec{"llmgw gpu exporter --listen 0.0.0.0:9401 --insecure-bind", "for a Prometheus on another machine"},
    ExampleSpec{"llmgw gpu exporter --host gx-01 --host gx-02", "two hosts that have nothing but ssh"},
};

struct Exporting {
  Context& context;
  Sources& sources;
  proxy::ExporterOptions options;
  Outcome outcome = exit_ok;
  double seconds = 0;     ///< that the last reading took
  std::string told = {};  ///< the last complaint: it is not repeated at every scrape
};

/// What Prometheus gets beside the figures: whether every source told, and when. A page that is older than its scrape
/// tells so by itself.
std::string page_of(const Exporting& exporting, const Reading& reading) {
  return prometheus(reading.hosts, exporting.sources.several()) +
         fmt::format(
             "# HELP llmgw_gpu_sources_failed sources that told nothing at this reading\n"
             "# TYPE llmgw_gpu_sources_failed gauge\nllmgw_gpu_sources_failed {}\n"
             "# HELP llmgw_gpu_read_seconds time that this reading took\n"
             "# TYPE llmgw_gpu_read_seconds gauge\nllmgw_gpu_read_seconds {}\n"
             "# HELP llmgw_gpu_read_timestamp_seconds when this reading was done, in seconds since 1970\n"
             "# TYPE llmgw_gpu_read_timestamp_seconds gauge\nllmgw_gpu_read_timestamp_seconds {}\n",
             reading.failures.size(), exporting.seconds, exporting.context.clock.unix_s());
}

void complain(Exporting& exporting, const Reading& reading) {
  std::string now;
  for (const auto& failure : reading.failures) now += failure.message + "\n";
  if (now == exporting.told) return;
  tell_failures(exporting.context, reading);
  exporting.context.err.flush();
  exporting.told = std::move(now);
}

net::Task<Reading> take(net::ClientRoom& room, Exporting& exporting) {
  const auto start = exporting.context.clock.now_ns();
  auto reading = co_await exporting.sources.read(room);
  exporting.seconds = static_cast<double>(exporting.context.clock.now_ns() - start) / 1e9;
  co_return reading;
}

net::Task<Result<std::string>> make_page(net::ClientRoom& room, Exporting& exporting) {
  const auto reading = co_await take(room, exporting);
  if (reading.cancelled) co_return fail(Errc::cancelled, "the reading was given up");
  complain(exporting, reading);
  if (reading.hosts.empty()) co_return std::unexpected(no_source(reading).error().error);
  co_return page_of(exporting, reading);
}

net::Task<> serve(net::ClientRoom& room, Exporting& exporting) {
  // A machine without GPUs learns so at the start, and not at the first scrape.
  const auto first = co_await take(room, exporting);
  if (first.cancelled) co_return;
  if (first.hosts.empty()) {
    exporting.outcome = no_source(first);
    co_return;
  }
  complain(exporting, first);
  exporting.options.first_page = page_of(exporting, first);
  proxy::PageSource pages = [&room, &exporting] { return make_page(room, exporting); };
  proxy::ServeOutput output{.out = [&exporting](std::string_view text) {
    exporting.context.out.write(text);
    exporting.context.out.flush();
  }};
  auto ran = co_await proxy::run_exporter(exporting.options, exporting.context.clock, std::move(pages), output);
  if (!ran) exporting.outcome = std::unexpected(Failure(std::move(ran).error()));
}

Outcome run_exporter(Context& context, const Arguments& given) {
  TRY(const auto sources, Sources::open(context, read_wanted(given), Sources::Replay::from_start));
  auto addresses = given.all(listen);
  if (addresses.empty()) addresses.emplace_back("127.0.0.1:9401");
  Exporting exporting{.context = context,
                      .sources = *sources,
                      .options = {.listen = std::move(addresses),
                                  .insecure_bind = given.has(insecure_bind),
                                  .ready_file = given.text(ready_file)}};
  TRY(const auto signal, context.run_client([&exporting](net::ClientRoom& room) { return serve(room, exporting); }));
  if (!exporting.outcome || signal == 0) return exporting.outcome;
  // Ending it is how it is used, as with serve.
  return signal == SIGINT || signal == SIGTERM ? exit_ok : exit_of_signal(signal);
}

}  // namespace gpu_exporter

constexpr CommandSpec exporter{
    .name = "exporter",
    .summary = "a page of metrics for Prometheus",
    .description =
        "Serves GET /metrics with the families llmgw_gpu_*, in base units, as gpu status -o prometheus prints them, "
        "and "
        "GET /livez. A figure that is not known has no sample. The GPUs are read when somebody scrapes, at most once a "
        "second however many do; where that takes longer than two seconds, the answer is the page before, if that is "
        "not "
        "older than five minutes: llmgw_gpu_read_timestamp_seconds tells when it was read. Where no source tells "
        "anything "
        "the answer is 503 with the reason; at the start that is "
        "exit 5. SIGTERM and SIGINT end it with exit 0.\n\n"
        "There is no password, so addresses that other machines reach need --insecure-bind. Requests with a foreign "
        "Host "
        "or Origin are refused unless that is given.",
    .options = gpu_exporter::options,
    .examples = gpu_exporter::examples,
    .run = gpu_exporter::run_exporter};

}  // namespace llmgw::cli::gpu_command
