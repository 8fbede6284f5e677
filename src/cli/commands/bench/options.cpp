#include "cli/commands/bench/options.h"

#include "cli/client/target_options.h"
#include "cli/commands/output_options.h"
#include "cli/global_options.h"

namespace llmgw::cli::bench_command {
namespace reading {

constexpr std::chrono::seconds default_duration{20};

Result<bench::Load> read_load(const Arguments& given) {
  bench::Load load;
  if (const auto per_second = given.number(rate)) {
    if (given.has(concurrency)) {
      return fail(Errc::usage, "--rate and --concurrency exclude each other: an open loop has no fixed concurrency");
    }
    if (*per_second <= 0) return fail(Errc::usage, "--rate must be more than 0");
    load.kind = bench::Load::Kind::constant;
    load.rate = *per_second;
  } else if (given.has(max_inflight)) {
    return fail(Errc::usage, "--max-inflight needs --rate: a closed loop is limited by --concurrency");
  }
  load.concurrency = given.integer(concurrency).value_or(load.concurrency);
  load.max_inflight = given.integer(max_inflight).value_or(load.max_inflight);
  load.requests = given.integer(requests);
  if (const auto time = given.duration(duration)) {
    if (time->count() <= 0) return fail(Errc::usage, "--duration must be more than 0");
    load.duration = *time;
  } else if (!load.requests) {
    load.duration = default_duration;
  }
  return load;
}

}  // namespace reading

Result<Options> read_options(const Arguments& given) {
  Options options;
  TRY(options.load, reading::read_load(given));
  if (given.has(stream) && given.has(no_stream)) {
    return fail(Errc::usage, "--stream and --no-stream exclude each other");
  }
  options.stream = !given.has(no_stream);
  options.warmup = given.integer(warmup).value_or(options.warmup);
  options.grace = given.duration(grace).value_or(options.grace);
  options.prompt_tokens = given.integer(prompt_tokens).value_or(options.prompt_tokens);
  options.max_tokens = given.integer(max_tokens).value_or(options.max_tokens);
  options.seed = static_cast<std::uint64_t>(given.integer(seed).value_or(1));
  for (const auto& text : given.all(slo)) {
    TRY(auto objective, bench::parse_expression(text));
    options.objectives.push_back(std::move(objective));
  }
  options.good_text = given.text(good).value_or("");
  if (given.has(good)) {
    TRY(options.good, bench::parse_bounds(options.good_text));
  }
  options.point = given.has(slo_point);
  options.strict = given.has(strict);
  options.allow_invalid = given.has(allow_invalid);
  options.json = output_options::wants_json(given, output);
  options.quiet = given.has(global::quiet);
  return options;
}

Result<Arguments> with_target(const Arguments& given) {
  Arguments moved = given;
  const auto url = given.text(target);
  if (!url) return moved;
  if (!given.on_command_line(target)) {
    moved.set_from_environment(target_options::base_url, *url);
    return moved;
  }
  if (given.on_command_line(target_options::profile)) {
    return fail(Errc::usage, "--profile and --target exclude each other: a profile has an address of its own");
  }
  moved.set(target_options::base_url, {*url});
  return moved;
}

}  // namespace llmgw::cli::bench_command
