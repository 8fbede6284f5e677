#pragma once

#include "cli/client/target_options.h"
#include "cli/commands/output_options.h"
#include "cli/spec.h"

/// Options of `llmgw health`.
namespace llmgw::cli::health_command {

inline constexpr std::string_view formats[] = {"table",  "wide",       "json",  "jsonl",
                                               "nagios", "prometheus", "junit", "github"};
inline constexpr std::string_view probes[] = {"liveness", "readiness", "startup"};
inline constexpr std::string_view severities[] = {"warn", "crit"};
inline constexpr std::string_view goals[] = {"ok", "healthy", "idle", "warn", "crit"};

inline constexpr OptionSpec output{.name = "output",
                                   .letter = 'o',
                                   .kind = ValueKind::choice,
                                   .value = "FORMAT",
                                   .help = "how to print the report",
                                   .choices = formats,
                                   .fallback = "table"};
inline constexpr OptionSpec output_file{.name = "output-file",
                                        .kind = ValueKind::file,
                                        .value = "FILE",
                                        .help = "write the report there, as a whole, instead of printing it"};
inline constexpr OptionSpec all{.name = "all", .help = "check every profile and every upstream of the configuration"};
inline constexpr OptionSpec group{.name = "group",
                                  .kind = ValueKind::text,
                                  .value = "NAME",
                                  .help = "check every profile and upstream of this group, as @NAME does",
                                  .repeatable = true};
inline constexpr OptionSpec level{.name = "level",
                                  .kind = ValueKind::integer,
                                  .value = "N",
                                  .help = "how deep: 0 connection, 1 service, 2 models and load, 3 answers, 4 features",
                                  .fallback = "2",
                                  .least = 0,
                                  .most = 4};
inline constexpr OptionSpec deep{.name = "deep", .help = "--level 3: ask a model for short answers"};
inline constexpr OptionSpec full{.name = "full", .help = "--level 4: tools, formats, cancellation and GPUs as well"};
inline constexpr OptionSpec cost_limit{
    .name = "cost-limit",
    .kind = ValueKind::number,
    .value = "USD",
    .help =
        "ask what may cost money too, for this much a target at most: hosted models, gateways, and "
        "servers of no sure kind elsewhere; any other server on this machine "
        "needs none"};
inline constexpr OptionSpec allow_load{.name = "allow-load", .help = "a question may load a model that is not loaded"};
inline constexpr OptionSpec only{
    .name = "checks", .kind = ValueKind::text, .value = "LIST", .help = "do only these checks, separated by commas"};
inline constexpr OptionSpec skip{
    .name = "skip", .kind = ValueKind::text, .value = "LIST", .help = "leave these checks out, separated by commas"};
inline constexpr OptionSpec model{.name = "model",
                                  .letter = 'm',
                                  .kind = ValueKind::text,
                                  .value = "NAME",
                                  .help = "the model that must be listed, and is asked from level 3 on"};
inline constexpr OptionSpec expect_model{.name = "expect-model",
                                         .kind = ValueKind::text,
                                         .value = "NAME",
                                         .help = "another model that must be listed",
                                         .repeatable = true};
inline constexpr OptionSpec expect_context{.name = "expect-context",
                                           .kind = ValueKind::integer,
                                           .value = "N",
                                           .help = "least context of the model in tokens",
                                           .least = 1};
inline constexpr OptionSpec expect_version{.name = "expect-version",
                                           .kind = ValueKind::text,
                                           .value = "REGEX",
                                           .help = "what the server's version must match"};
inline constexpr OptionSpec warn{.name = "warn",
                                 .kind = ValueKind::text,
                                 .value = "EXPR",
                                 .help = "warn when a figure is there: kv>80%, http>500ms",
                                 .repeatable = true};
inline constexpr OptionSpec crit{
    .name = "crit", .kind = ValueKind::text, .value = "EXPR", .help = "the same, for crit", .repeatable = true};
inline constexpr OptionSpec timeout{.name = "timeout",
                                    .kind = ValueKind::duration,
                                    .value = "TIME",
                                    .help = "limit on each question",
                                    .fallback = "10s, 60s for those to a model"};
inline constexpr OptionSpec total_timeout{.name = "total-timeout",
                                          .kind = ValueKind::duration,
                                          .value = "TIME",
                                          .help = "limit on the whole run, --until and --watch included",
                                          .fallback = "30s, 10m from level 3 on"};
inline constexpr OptionSpec retries{.name = "retries",
                                    .kind = ValueKind::integer,
                                    .value = "N",
                                    .help = "tries after a failed connection or a 500, 502 or 504",
                                    .fallback = "1",
                                    .least = 0,
                                    .most = 10};
inline constexpr OptionSpec parallel{.name = "parallel",
                                     .kind = ValueKind::integer,
                                     .value = "N",
                                     .help = "targets at a time",
                                     .fallback = "64",
                                     .least = 1,
                                     .most = 1024};
inline constexpr OptionSpec sample{
    .name = "sample",
    .kind = ValueKind::duration,
    .value = "TIME",
    .help = "time to a second scrape, where rates need one and no run of the last hour left one; 0 for none",
    .fallback = "1s"};
inline constexpr OptionSpec probe{.name = "probe",
                                  .kind = ValueKind::choice,
                                  .value = "KIND",
                                  .help = "one line and exit code 0 or 1, for Kubernetes and Docker",
                                  .choices = probes};
inline constexpr OptionSpec until{.name = "until",
                                  .kind = ValueKind::choice,
                                  .value = "STATE",
                                  .help = "ask again until this state is reached or --total-timeout is over",
                                  .choices = goals};
inline constexpr OptionSpec wait_for{.name = "wait",
                                     .kind = ValueKind::duration,
                                     .value = "TIME",
                                     .help = "wait so long for the target to be up; one that is scaled to zero is not"};
inline constexpr OptionSpec watch{.name = "watch",
                                  .kind = ValueKind::duration,
                                  .value = "TIME",
                                  .help = "check again and again with this time in between",
                                  .fallback = "5s",
                                  .implied = "5s"};
inline constexpr OptionSpec confirm{
    .name = "confirm",
    .kind = ValueKind::integer,
    .value = "N",
    .help = "runs one after the other that must show a state before --watch or --until takes it",
    .fallback = "1",
    .least = 1,
    .most = 1000};
inline constexpr OptionSpec since_last{.name = "since-last",
                                       .help = "show only checks whose state is not that of the last run"};
inline constexpr OptionSpec baseline{.name = "baseline",
                                     .kind = ValueKind::file,
                                     .value = "FILE",
                                     .help = "warn of what is worse than in this report of -o json"};
inline constexpr OptionSpec each_address{.name = "each-address",
                                         .help = "check each address of a target's name by itself"};
inline constexpr OptionSpec ping{.name = "ping",
                                 .kind = ValueKind::url,
                                 .value = "URL",
                                 .help = "tell this check of healthchecks.io of the start and of the result"};
inline constexpr OptionSpec fail_on{.name = "fail-on",
                                    .kind = ValueKind::choice,
                                    .value = "STATE",
                                    .help = "exit with 10 from this state on",
                                    .choices = severities,
                                    .fallback = "warn"};
inline constexpr OptionSpec require_up{.name = "require-up", .help = "a server that is scaled to zero is no success"};
inline constexpr OptionSpec allow_sleep{.name = "allow-sleep", .help = "an engine that sleeps is no fault"};
inline constexpr OptionSpec insecure_http{.name = "insecure-http",
                                          .help = "send keys over plain http to other machines"};
inline constexpr OptionSpec list_checks{.name = "list-checks", .help = "print kinds, checks and codes, and end"};
inline constexpr OptionSpec schema{.name = "schema", .help = "print the JSON Schema of -o json, and end"};

/// All of them.
inline constexpr std::array<const OptionSpec*, 38> options{
    &output,
    &output_options::json,
    &output_file,
    &target_options::profile,
    &target_options::api_key_file,
    &all,
    &group,
    &level,
    &deep,
    &full,
    &only,
    &skip,
    &model,
    &cost_limit,
    &allow_load,
    &expect_model,
    &expect_context,
    &expect_version,
    &warn,
    &crit,
    &timeout,
    &total_timeout,
    &retries,
    &parallel,
    &sample,
    &probe,
    &until,
    &wait_for,
    &watch,
    &confirm,
    &since_last,
    &baseline,
    &each_address,
    &ping,
    &fail_on,
    &require_up,
    &allow_sleep,
    &insecure_http,
};
/// And those that end the command at once.
inline constexpr std::array<const OptionSpec*, 2> information{&list_checks, &schema};

}  // namespace llmgw::cli::health_command
