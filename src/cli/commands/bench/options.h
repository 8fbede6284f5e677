#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/spec.h"
#include "core/bench/expression.h"
#include "core/bench/plan.h"

namespace llmgw::cli::bench_command {

inline constexpr std::string_view output_choices[] = {"table", "json"};

inline constexpr OptionSpec target{.name = "target",
                                   .kind = ValueKind::url,
                                   .value = "URL",
                                   .help = "measure this server",
                                   .fallback = "the profile in effect, else the local proxy",
                                   .variable = "LLMGW_BASE_URL"};
inline constexpr OptionSpec concurrency{.name = "concurrency",
                                        .letter = 'c',
                                        .kind = ValueKind::integer,
                                        .value = "N",
                                        .help = "keep N requests in flight (closed loop)",
                                        .fallback = "1",
                                        .least = 1};
inline constexpr OptionSpec rate{.name = "rate",
                                 .letter = 'r',
                                 .kind = ValueKind::number,
                                 .value = "R",
                                 .help = "send R requests a second, evenly spaced, whatever the server does"};
inline constexpr OptionSpec max_inflight{.name = "max-inflight",
                                         .kind = ValueKind::integer,
                                         .value = "N",
                                         .help = "with --rate: drop and count what is due while N are in flight",
                                         .fallback = "512",
                                         .least = 1};
inline constexpr OptionSpec requests{.name = "requests",
                                     .letter = 'n',
                                     .kind = ValueKind::integer,
                                     .value = "N",
                                     .help = "stop after N requests",
                                     .least = 1};
inline constexpr OptionSpec duration{.name = "duration",
                                     .letter = 'd',
                                     .kind = ValueKind::duration,
                                     .value = "TIME",
                                     .help = "stop after this time",
                                     .fallback = "20s, unless --requests is given"};
inline constexpr OptionSpec grace{.name = "grace",
                                  .kind = ValueKind::duration,
                                  .value = "TIME",
                                  .help = "let requests in flight go on for so long when the time is over",
                                  .fallback = "30s"};
inline constexpr OptionSpec warmup{.name = "warmup",
                                   .kind = ValueKind::integer,
                                   .value = "N",
                                   .help = "requests before the measured ones, which nothing counts",
                                   .fallback = "0",
                                   .least = 0};
inline constexpr OptionSpec prompt_tokens{.name = "prompt-tokens",
                                          .kind = ValueKind::integer,
                                          .value = "N",
                                          .help = "length of the synthetic prompts, about one token a word",
                                          .fallback = "128",
                                          .least = 1};
inline constexpr OptionSpec max_tokens{.name = "max-tokens",
                                       .kind = ValueKind::integer,
                                       .value = "N",
                                       .help = "longest answer in tokens",
                                       .fallback = "128",
                                       .least = 1};
inline constexpr OptionSpec stream{.name = "stream", .help = "ask for streamed answers; this is the default"};
inline constexpr OptionSpec no_stream{.name = "no-stream", .help = "ask for whole answers: there is no TTFT then"};
inline constexpr OptionSpec slo{.name = "slo",
                                .kind = ValueKind::text,
                                .value = "EXPR",
                                .help = "an objective such as ttft_p95<250ms; exit 10 when one is missed",
                                .repeatable = true};
inline constexpr OptionSpec slo_point{.name = "slo-point",
                                      .help = "judge objectives by the measured value, without confidence bounds"};
inline constexpr OptionSpec strict{.name = "strict", .help = "exit 12 when an objective cannot be decided"};
inline constexpr OptionSpec good{.name = "good",
                                 .kind = ValueKind::text,
                                 .value = "EXPR",
                                 .help = "what makes a request good: \"ttft<250ms & tpot<20ms & e2e<1.5s\""};
inline constexpr OptionSpec allow_invalid{.name = "allow-invalid",
                                          .help = "let figures stand though the schedule was not kept"};
inline constexpr OptionSpec seed{.name = "seed",
                                 .kind = ValueKind::integer,
                                 .value = "N",
                                 .help = "seed of the prompts: the same seed sends the same ones",
                                 .fallback = "1",
                                 .least = 0};
inline constexpr OptionSpec output{.name = "output",
                                   .letter = 'o',
                                   .kind = ValueKind::choice,
                                   .value = "FORMAT",
                                   .help = "how to print the report",
                                   .choices = output_choices,
                                   .fallback = "table"};

/// What a command line of `bench run` says beside the target and the request.
struct Options {
  bench::Load load;
  std::int64_t warmup = 0;
  std::chrono::milliseconds grace{30'000};
  std::int64_t prompt_tokens = 128;
  std::int64_t max_tokens = 128;
  std::uint64_t seed = 1;
  bool stream = true;
  std::vector<bench::Expression> objectives;
  std::vector<bench::Bound> good;
  std::string good_text;
  bool point = false;
  bool strict = false;
  bool allow_invalid = false;
  bool json = false;
  bool quiet = false;
};

/// Reads them; `usage` errors for options that exclude each other and for objectives that cannot be read.
Result<Options> read_options(const Arguments& given);

/// The arguments with `--target` in the place where client commands look for their server.
Result<Arguments> with_target(const Arguments& given);

}  // namespace llmgw::cli::bench_command
