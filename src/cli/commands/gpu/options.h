#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/spec.h"
#include "core/gpu/health.h"

namespace llmgw::cli::gpu_command {

inline constexpr std::string_view view_formats[] = {"table", "wide", "json", "jsonl", "csv", "gpustat", "prometheus"};
inline constexpr std::string_view status_formats[] = {"table", "wide",    "json",       "jsonl",
                                                      "csv",   "gpustat", "prometheus", "nagios"};
inline constexpr std::string_view health_formats[] = {"table", "wide", "json", "jsonl", "nagios", "prometheus"};
inline constexpr std::string_view pick_formats[] = {"env", "uuid", "index", "json"};
inline constexpr std::string_view fail_states[] = {"warn", "crit"};

inline constexpr OptionSpec source{.name = "source",
                                   .kind = ValueKind::text,
                                   .value = "SOURCE",
                                   .help =
                                       "where figures come from: auto, nvml, smi, amd, dcgm:URL, exporter:URL, "
                                       "ssh:HOST or file:PATH; may be given several times",
                                   .repeatable = true,
                                   .fallback = "auto"};
inline constexpr OptionSpec host{
    .name = "host", .kind = ValueKind::text, .value = "NAME", .help = "same as --source ssh:NAME", .repeatable = true};
inline constexpr OptionSpec id{.name = "id",
                               .kind = ValueKind::text,
                               .value = "ID",
                               .help = "only these GPUs: indexes or beginnings of UUIDs, separated by commas",
                               .repeatable = true};
inline constexpr OptionSpec only_visible{.name = "only-visible",
                                         .help = "only the GPUs that CUDA_VISIBLE_DEVICES allows"};
inline constexpr OptionSpec user{
    .name = "user", .kind = ValueKind::text, .value = "NAME", .help = "only processes of this user"};
inline constexpr OptionSpec pcie{.name = "pcie", .help = "measure PCIe traffic, which takes 40 ms for each GPU"};
inline constexpr OptionSpec nvlink{.name = "nvlink", .help = "read traffic and errors of NVLink"};
inline constexpr OptionSpec watch{.name = "watch",
                                  .kind = ValueKind::duration,
                                  .value = "TIME",
                                  .help = "print again and again, this far apart, until interrupted"};
inline constexpr OptionSpec view_output{.name = "output",
                                        .letter = 'o',
                                        .kind = ValueKind::choice,
                                        .value = "FORMAT",
                                        .help = "how to print the figures",
                                        .choices = view_formats,
                                        .fallback = "table"};
inline constexpr OptionSpec status_output{.name = "output",
                                          .letter = 'o',
                                          .kind = ValueKind::choice,
                                          .value = "FORMAT",
                                          .help = "how to print the figures",
                                          .choices = status_formats,
                                          .fallback = "table"};
inline constexpr OptionSpec health_output{.name = "output",
                                          .letter = 'o',
                                          .kind = ValueKind::choice,
                                          .value = "FORMAT",
                                          .help = "how to print the verdicts",
                                          .choices = health_formats,
                                          .fallback = "table"};
inline constexpr OptionSpec pick_output{.name = "output",
                                        .letter = 'o',
                                        .kind = ValueKind::choice,
                                        .value = "FORMAT",
                                        .help = "how to print what was picked",
                                        .choices = pick_formats,
                                        .fallback = "env"};
inline constexpr OptionSpec schema{.name = "schema", .help = "print the JSON Schema of -o jsonl and exit"};
inline constexpr OptionSpec warn{.name = "warn",
                                 .kind = ValueKind::text,
                                 .value = "EXPR",
                                 .help = "a bound of your own, such as temp.gpu_c>80 or mem.used_b>90%",
                                 .repeatable = true};
inline constexpr OptionSpec crit{.name = "crit",
                                 .kind = ValueKind::text,
                                 .value = "EXPR",
                                 .help = "the same, critical when crossed",
                                 .repeatable = true};
inline constexpr OptionSpec fail_on{.name = "fail-on",
                                    .kind = ValueKind::choice,
                                    .value = "STATE",
                                    .help = "exit 10 from this state on",
                                    .choices = fail_states,
                                    .fallback = "warn"};
inline constexpr OptionSpec sample{
    .name = "sample",
    .kind = ValueKind::duration,
    .value = "TIME",
    .help = "read twice, this far apart, to see how long clocks were held down; 0 reads once",
    .fallback = "1s"};
inline constexpr OptionSpec list_checks{.name = "list-checks", .help = "print what is checked and exit"};
inline constexpr OptionSpec min_free{.name = "min-free",
                                     .kind = ValueKind::text,
                                     .value = "SIZE",
                                     .help = "free memory that each GPU must have, such as 20GiB",
                                     .fallback = "0"};
inline constexpr OptionSpec max_util{.name = "max-util",
                                     .kind = ValueKind::integer,
                                     .value = "PERCENT",
                                     .help = "most use that each GPU may have",
                                     .fallback = "100",
                                     .least = 0,
                                     .most = 100};
inline constexpr OptionSpec count{.name = "count",
                                  .kind = ValueKind::integer,
                                  .value = "N",
                                  .help = "GPUs that are needed",
                                  .fallback = "1",
                                  .least = 1,
                                  .most = 1024};
inline constexpr OptionSpec record_for{.name = "for",
                                       .kind = ValueKind::duration,
                                       .value = "TIME",
                                       .help = "go on for so long",
                                       .fallback = "one reading"};
inline constexpr OptionSpec every{.name = "every",
                                  .kind = ValueKind::duration,
                                  .value = "TIME",
                                  .help = "time between two readings",
                                  .fallback = "1s"};

/// Which GPUs a command line is about.
struct Wanted {
  std::vector<std::string> sources;  ///< as written, at least one
  std::vector<std::string> ids = {};
  bool only_visible = false;
  std::optional<std::string> user = {};
  bool pcie = false;
  bool nvlink = false;
};
Wanted read_wanted(const Arguments& given);

/// The bounds of `--warn` and `--crit`; `usage` errors for what cannot be read.
Result<gpu::Bounds> read_bounds(const Arguments& given);

}  // namespace llmgw::cli::gpu_command
