#include "cli/commands/bench/run.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>

#include "cli/client/exchange.h"
#include "cli/client/request.h"
#include "cli/client/request_options.h"
#include "cli/client/target_options.h"
#include "cli/commands/bench/conclusion.h"
#include "cli/commands/bench/options.h"
#include "cli/commands/bench/progress.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/bench/prompt.h"
#include "core/bench/report.h"
#include "core/bench/runner.h"
#include "core/net/task_group.h"

namespace llmgw::cli::bench_command {
namespace running {

constexpr std::array<const OptionSpec*, 31> options{
    &target,
    &target_options::profile,
    &target_options::api_key_file,
    &target_options::api,
    &request_options::model,
    &concurrency,
    &rate,
    &max_inflight,
    &requests,
    &duration,
    &warmup,
    &grace,
    &prompt_tokens,
    &max_tokens,
    &request_options::temperature,
    &request_options::effort,
    &request_options::field,
    &stream,
    &no_stream,
    &slo,
    &slo_point,
    &strict,
    &good,
    &allow_invalid,
    &seed,
    &output,
    &output_options::json,
    &target_options::connect_timeout,
    &target_options::first_byte_timeout,
    &target_options::idle_timeout,
    &target_options::timeout,
};
constexpr std::array examples{
    ExampleSpec{"llmgw bench", "20 seconds, one request at a time, against the local proxy"},
    ExampleSpec{"llmgw bench -c 16 -n 500 --warmup 20 --target http://127.0.0.1:8000", "500 requests, 16 in flight"},
    ExampleSpec{"llmgw bench --rate 4 -d 2m --slo 'ttft_p95<250ms' --slo 'error_rate<0.5%' -o json > run.json",
                "a gate for CI: exit 10 when an objective is missed"},
};
constexpr std::string_view description =
    "Sends synthetic requests and measures what a user of streamed answers feels. Every time counts from the request "
    "being sent: TTFT to the first token (reasoning included), ITL between two token-bearing events of a stream, TPOT "
    "from first to last token over tokens - 1, E2E to the end mark. Failed requests enter no distribution. Percentiles "
    "interpolate between ranks, as numpy does.\n\n"
    "With --concurrency the next request waits for an answer, so a slow server is asked less often; with --rate they "
    "are sent on an absolute schedule, and the times named _sched count from it.\n\n"
    "An objective is METRIC_STAT, < <= > or >=, and a limit: ttft_p95<250ms, itl.max_p99<500ms, e2e_mean<2s, "
    "error_rate<0.5%, out_tok_s>=1800. It passes when the upper 95 % confidence bound keeps the limit, fails when the "
    "lower bound breaks it, and is inconclusive between them: a p95 needs 59 values at least, a p99 needs 299. Exit "
    "codes: 10 missed, 11 some requests failed and no objective is on error_rate or good_fraction, 12 inconclusive "
    "(with --strict), 13 the schedule was not kept, 130 interrupted with the figures up to there.";

/// What one run of the command shares with its coroutines.
struct Run {
  Context& context;
  const Arguments& given;
  const Options& chosen;
  const Target& target;
  ir::Request request;
  bench::Recording recording = {};
  /// What is asked, or why nothing can be.
  Step<std::string> model = give_up(Errc::internal, "the model was not asked for");
};

Result<std::string> body_for(const Run& run, std::int64_t index) {
  ir::Request request = run.request;
  request.messages.push_back(
      text_message(ir::Role::user, bench::synthetic_prompt(run.chosen.seed, index, run.chosen.prompt_tokens)));
  const ExchangePlan plan{.target = run.target,
                          .request = request,
                          .fields = run.given.pairs(request_options::field),
                          .clock = run.context.clock};
  return encode_body(plan);
}

net::HttpRequest request_for(const Run& run, std::int64_t index) {
  // `measure` has seen one of them encoded, and they differ by the words of their prompts alone.
  auto body = body_for(run, index).value_or(std::string());
  return make_request(run.target, "POST", std::string(run.target.dialect->path), std::move(body));
}

net::Task<> measure(net::ClientRoom& room, Run& run) {
  auto asked = run.given.text(request_options::model).value_or("");
  run.model = co_await choose_model(room, run.target, std::move(asked));
  if (!run.model) co_return;
  run.request.model = *run.model;
  if (auto body = body_for(run, 0); !body) {
    run.model = std::unexpected(Failure(std::move(body).error()));
    co_return;
  }
  IdSource ids(run.chosen.seed);
  bench::Job job{.service = {room.client(), *run.target.dialect, run.context.clock, ids},
                 .request = [&run](std::int64_t index) { return request_for(run, index); },
                 .load = run.chosen.load,
                 .warmup = run.chosen.warmup,
                 .grace = run.chosen.grace};
  const auto talk = co_await net::TaskGroup::here();
  if (run.context.err_terminal.tty && !run.chosen.quiet) {
    talk->start(show_progress(run.context, run.recording, run.chosen.load));
  }
  co_await bench::run(job, run.recording);
  talk->cancel();
  co_await talk->join();
}

double cpu_seconds() {
  constexpr double us_per_s = 1e6;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / us_per_s;
}

bench::Setup setup_of(const Run& run, std::int64_t started) {
  const auto& chosen = run.chosen;
  return {.version = LLMGW_VERSION,
          .started = rfc3339(started),
          .target = run.target.url,
          .model = run.request.model,
          .api = std::string(run.target.dialect->name),
          .load = chosen.load,
          .warmup = chosen.warmup,
          .prompt_tokens = chosen.prompt_tokens,
          .max_tokens = chosen.max_tokens,
          .seed = chosen.seed,
          .stream = chosen.stream,
          .good = chosen.good_text,
          .allow_invalid = chosen.allow_invalid};
}

bench::Report report_on(const Run& run, std::int64_t started, double cpu) {
  const auto& chosen = run.chosen;
  bench::Report report;
  report.setup = setup_of(run, started);
  report.stats = bench::compute(run.recording, chosen.load, chosen.good);
  report.self = bench::check_self(run.recording, chosen.load, report.stats, cpu);
  const bench::Judging judging{.point = chosen.point, .confidence = 0.95, .seed = chosen.seed};
  for (const auto& objective : chosen.objectives) {
    report.objectives.push_back(bench::judge(report.stats, objective, judging));
  }
  report.interrupted = run.recording.interrupted;
  report.conclusion = bench::conclude(report);
  return report;
}

/// The parts of the request that the options give; the prompt and the model follow.
Step<ir::Request> request_of(const Target& server, const Arguments& given, const Options& chosen) {
  TRY(auto request, base_request(server, given));
  request.max_output = chosen.max_tokens;
  request.seed.reset();
  request.stream = chosen.stream;
  if (!chosen.stream) request.include_usage.reset();
  return request;
}

Outcome run_bench(Context& context, const Arguments& given) {
  TRY(const auto chosen, read_options(given));
  TRY(const auto placed, with_target(given));
  TRY(const auto server, resolve_target(context, placed));
  TRY(auto request, request_of(server, given, chosen));
  Run run{.context = context, .given = given, .chosen = chosen, .target = server, .request = std::move(request)};
  const auto started = context.clock.unix_s();
  const double cpu_before = cpu_seconds();
  TRY(const auto signal, context.run_client([&run](net::ClientRoom& room) { return measure(room, run); }));
  if (run.recording.begin == 0) {
    if (signal != 0) return exit_of_signal(signal);
    if (!run.model) return std::unexpected(run.model.error());
  }
  const auto report = report_on(run, started, cpu_seconds() - cpu_before);
  const auto text = chosen.json ? bench::json_report(report) : bench::text_report(report);
  context.out.write(context.out_terminal.tty ? for_terminal(text) : text);
  if (report.conclusion == bench::Conclusion::partial && !chosen.quiet) {
    const auto& counts = report.stats.counts;
    context.err.write(
        fmt::format("llmgw: warning: {} of {} requests failed, and the times are those of the others; say with --slo "
                    "'error_rate<1%' how many may\n",
                    counts.failed, counts.attempted));
  }
  if (signal != 0) return exit_of_signal(signal);
  return outcome_of(report, run.recording, chosen.strict);
}

}  // namespace running

constexpr CommandSpec run{.name = "run",
                          .summary = "send load and report",
                          .description = running::description,
                          .options = running::options,
                          .examples = running::examples,
                          .run = running::run_bench};

}  // namespace llmgw::cli::bench_command
