#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/failure.h"
#include "cli/spec.h"
#include "core/base/env.h"

namespace llmgw::cli {

/// A command line, understood.
struct Invocation {
  enum class Wants { run, short_help, full_help, version };
  Wants wants = Wants::run;
  std::vector<const CommandSpec*> path;  ///< from the root to the command that was named
  Arguments arguments;
  bool bare = false;  ///< the last command named is a group: only its help can be shown
};

/// Finds the command, reads its options (the environment fills in those not given) and checks every value.
/// Failures are `usage` and suggest the nearest name.
Step<Invocation> parse_command_line(std::span<const std::string> args, const Env& env);

/// Whether a command line asks for JSON or for a plugin's line, as far as can be told before (or although) it could not
/// be parsed.
ReportStyle report_style(std::span<const std::string> args);

/// A line taken apart by CLI11, not yet checked.
struct RawLine {
  std::vector<std::pair<const OptionSpec*, std::vector<std::string>>> values;
  std::vector<std::string> words;
  std::vector<std::string> unknown;  ///< flags that no option has
};

/// Splits tokens by the options; `usage` error when a value is missing or a switch got one.
Result<RawLine> split_line(std::span<const OptionSpec* const> options, std::span<const std::string> tokens);

/// A command's own options followed by the global ones.
std::vector<const OptionSpec*> all_options(const CommandSpec& command);

}  // namespace llmgw::cli
