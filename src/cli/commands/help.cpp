#include "cli/help.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "core/base/nearest.h"

namespace llmgw::cli::commands {
namespace help_command {

constexpr std::array arguments{
    ArgumentSpec{.name = "TOPIC", .help = "exit-codes, environment, or a command", .repeated = true}};
constexpr std::array examples{
    ExampleSpec{"llmgw help exit-codes", "what the exit status of every command means"},
    ExampleSpec{"llmgw help environment", "the variables llmgw reads"},
};

std::string exit_code_topic() {
  std::string out = "One table for every command:\n\n";
  for (const auto& row : exit_codes()) {
    const auto code = std::to_string(row.code);
    out += std::string(5 - code.size(), ' ') + code + "  " + std::string(row.name);
    out += std::string(14 - row.name.size(), ' ') + std::string(row.when) + "\n";
  }
  return out;
}

std::string environment_topic() {
  std::string out;
  for (const auto& row : environment_variables()) {
    out += row.name + "\n" + wrapped(row.says, 80, "    ") + "\n";
  }
  return out;
}

/// The full help of `llmgw help config show`.
Outcome command_help(Context& context, std::span<const std::string> words) {
  std::vector<const CommandSpec*> path{&root_command()};
  for (const auto& word : words) {
    const auto parts = path.back()->subcommands;
    const auto next = std::ranges::find(parts, word, &CommandSpec::name);
    if (next == parts.end()) {
      std::vector<std::string_view> names{"exit-codes", "environment"};
      for (const auto* part : parts) names.push_back(part->name);
      const auto meant = nearest(word, names);
      return give_up(Errc::usage, "there is no help on \"" + word + "\"",
                     meant.empty() ? "llmgw --help" : "llmgw help " + std::string(meant));
    }
    path.push_back(*next);
  }
  context.out.write(help_text(path, HelpLength::full, context.out_terminal));
  return exit_ok;
}

Outcome run(Context& context, const Arguments& given) {
  const auto& words = given.words();
  if (words.size() == 1 && words[0] == "exit-codes") {
    context.out.write(exit_code_topic());
    return exit_ok;
  }
  if (words.size() == 1 && words[0] == "environment") {
    context.out.write(environment_topic());
    return exit_ok;
  }
  return command_help(context, words);
}

}  // namespace help_command

constexpr CommandSpec help{.name = "help",
                           .group = Group::setup,
                           .summary = "help on a command, exit codes, environment variables",
                           .description = {},
                           .arguments = help_command::arguments,
                           .examples = help_command::examples,
                           .run = help_command::run};

}  // namespace llmgw::cli::commands
