#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands/ask/printer.h"
#include "cli/commands/ask/prompt.h"
#include "cli/spec.h"

namespace llmgw::cli::ask {

inline constexpr std::string_view output_choices[] = {"text", "json", "jsonl"};
inline constexpr std::string_view stdin_choices[] = {"auto", "always", "never"};
inline constexpr std::string_view think_choices[] = {"show", "hide"};

inline constexpr OptionSpec no_stream{.name = "no-stream", .help = "ask for the whole answer at once"};
inline constexpr OptionSpec stats{.name = "stats", .help = "print tokens and times on standard error"};
inline constexpr OptionSpec think{.name = "think",
                                  .kind = ValueKind::choice,
                                  .value = "MODE",
                                  .help = "print the model's reasoning on standard error",
                                  .choices = think_choices,
                                  .fallback = "hide"};
inline constexpr OptionSpec fail_on{.name = "fail-on",
                                    .kind = ValueKind::text,
                                    .value = "LIST",
                                    .help =
                                        "exit 9 when the answer ends for one of these reasons: length, "
                                        "content_filter, tool_calls (comma-separated)"};
inline constexpr OptionSpec stdin_mode{.name = "stdin",
                                       .kind = ValueKind::choice,
                                       .value = "MODE",
                                       .help = "read standard input beside the prompt",
                                       .choices = stdin_choices,
                                       .fallback = "auto"};
inline constexpr OptionSpec max_stdin{.name = "max-stdin",
                                      .kind = ValueKind::integer,
                                      .value = "BYTES",
                                      .help = "most that is read from standard input",
                                      .fallback = "8388608",
                                      .least = 1};
inline constexpr OptionSpec output{.name = "output",
                                   .letter = 'o',
                                   .kind = ValueKind::choice,
                                   .value = "FORMAT",
                                   .help = "how to print the answer",
                                   .choices = output_choices,
                                   .fallback = "text"};

/// What a command line of `ask` says beside the target and the request.
struct Options {
  PromptOptions prompt;
  Format format = Format::text;
  bool stream = true;
  bool stats = false;
  bool show_reasoning = false;
  bool quiet = false;
  std::set<std::string, std::less<>> fail_on;
};

/// Reads them; `usage` error for an unknown finish reason.
Result<Options> read_options(const Arguments& given);

}  // namespace llmgw::cli::ask
