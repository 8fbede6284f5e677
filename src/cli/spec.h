#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "cli/failure.h"

namespace llmgw::cli {

class Arguments;
struct Context;

/// What an option takes. The parser checks it, help names it, completions offer it.
enum class ValueKind {
  none,      ///< nothing: a switch
  text,      ///< any text
  integer,   ///< a whole number from `least` to `most`
  number,    ///< a decimal number
  duration,  ///< 250ms, 10s, 2m, 1h; a bare number is seconds
  choice,    ///< one of `choices`
  pair,      ///< NAME=VALUE
  file,      ///< a path
  url,       ///< http://HOST..., https://HOST... or unix:PATH
};

/// One option. Commands list pointers to these, and read values by the same object, so a name is written once.
struct OptionSpec {
  std::string_view name = {};  ///< long name without dashes; empty when there is only a letter
  char letter = '\0';          ///< short name, or none
  ValueKind kind = ValueKind::none;
  std::string_view value = {};  ///< what the value is called in help: NAME, N, FILE
  std::string_view help = {};   ///< one sentence without a full stop
  std::span<const std::string_view> choices = {};
  bool repeatable = false;
  std::string_view fallback = {};  ///< the default as help shows it, when it is not plain
  std::string_view implied = {};   ///< the value where none follows, which is allowed then
  std::string_view variable = {};  ///< environment variable that counts when the option is not given
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// Several lists of options as one, in this order.
template <std::size_t... Sizes>
constexpr auto together(const std::array<const OptionSpec*, Sizes>&... lists) {
  std::array<const OptionSpec*, (Sizes + ...)> all{};
  auto* place = all.data();
  ((place = std::ranges::copy(lists, place).out), ...);
  return all;
}

/// One positional argument.
struct ArgumentSpec {
  std::string_view name = {};  ///< PROMPT, FILE
  std::string_view help = {};
  bool required = false;
  bool repeated = false;
  ValueKind kind = ValueKind::text;
  std::span<const std::string_view> choices = {};
};

/// A command line that works as it stands, and what it does.
struct ExampleSpec {
  std::string_view line = {};
  std::string_view says = {};
};

/// Where the overview lists a command.
enum class Group { talk, operate, local, setup, part };

/// One command: everything that parsing, help, man pages and completions need. One row each in
/// `commands/registry.cpp`.
struct CommandSpec {
  std::string_view name = {};
  Group group = Group::part;
  std::string_view summary = {};      ///< a few words for lists
  std::string_view description = {};  ///< paragraphs separated by a blank line
  std::span<const OptionSpec* const> options = {};
  std::span<const ArgumentSpec> arguments = {};
  std::span<const ExampleSpec> examples = {};
  std::span<const CommandSpec* const> subcommands = {};
  const CommandSpec* bare = nullptr;  ///< the subcommand that runs when none is named
  /// Does the work; the value is the exit code. Null for a group, which only holds subcommands.
  Outcome (*run)(Context& context, const Arguments& arguments) = nullptr;
};

/// The whole tree: the root's subcommands are the commands.
const CommandSpec& root_command();

/// Options that stand before or after any command.
std::span<const OptionSpec* const> global_options();

}  // namespace llmgw::cli
