#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/spec.h"
#include "cli/term/terminal.h"

namespace llmgw::cli {

/// `-h` or `--help`.
enum class HelpLength { brief, full };

/// The help of the command at the end of the path, 80 columns wide.
std::string help_text(std::span<const CommandSpec* const> path, HelpLength length, const Terminal& terminal);

/// `llmgw ask [FLAGS] [PROMPT...]`.
std::string synopsis(std::span<const CommandSpec* const> path);

/// `-m, --model NAME`.
std::string option_label(const OptionSpec& option);

/// The sentence of an option with its choices, default and variable.
std::string option_sentence(const OptionSpec& option);

/// Breaks text at blanks so that lines of `width` columns at most start with `indent`. Blank lines stay; lines that
/// start with a blank are kept as they are.
std::string wrapped(std::string_view text, std::size_t width, std::string_view indent);

/// The word of a group of commands in the overview; empty for parts of a command.
std::string_view group_title(Group group);

}  // namespace llmgw::cli
