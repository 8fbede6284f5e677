#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"

namespace llmgw::cli::ask {

/// When standard input is read beside a prompt.
enum class StdinMode { automatic, always, never };

/// What decides the prompt.
struct PromptOptions {
  std::vector<std::string> words;
  StdinMode stdin_mode = StdinMode::automatic;
  std::size_t max_stdin = std::size_t{8} << 20U;
  bool quiet = false;  ///< no warning of a pipe that is not waited for
};

/// The prompt: the words, and behind them what standard input holds. The rules (a terminal is not read, a silent
/// pipe is not waited for beside a prompt) stand in the description of the command. `usage` failure without any.
Step<std::string> read_prompt(Context& context, const PromptOptions& options);

}  // namespace llmgw::cli::ask
