#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/spec.h"

namespace llmgw::cli {

/// One place on the command line where words are completed: a command with the options that count there.
struct CompletionPlace {
  std::string path;  ///< `llmgw config show`
  const CommandSpec* command;
  std::vector<const OptionSpec*> options;
};

/// Every command of the tree, the root first.
std::vector<CompletionPlace> completion_places();

/// What `llmgw __complete` is asked for the values of an option, or empty: `models`, `profiles`.
std::string_view dynamic_values(const OptionSpec& option);

/// The same for the arguments of a command.
std::string_view dynamic_words(const CompletionPlace& place);

/// `-m` and `--model`, as far as the option has them.
std::vector<std::string> spellings(const OptionSpec& option);

/// The spellings of every option that takes a value, each once: scripts skip the word behind them.
std::vector<std::string> spellings_with_value(const std::vector<CompletionPlace>& places);

/// The scripts, one for each shell.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace llmgw::cli
