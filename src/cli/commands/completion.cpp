#include "cli/completion.h"

#include <array>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace llmgw::cli::commands {
namespace completion_command {

constexpr std::string_view shells[] = {"bash", "zsh", "fish"};
constexpr std::array arguments{
    ArgumentSpec{.name = "SHELL", .help = "the shell to complete in", .required = true, .choices = shells}};
constexpr std::array examples{
    ExampleSpec{"llmgw completion bash > ~/.local/share/bash-completion/completions/llmgw", "bash"},
    ExampleSpec{"llmgw completion zsh > ~/.zfunc/_llmgw", "zsh, with ~/.zfunc in $fpath"},
    ExampleSpec{"llmgw completion fish > ~/.config/fish/completions/llmgw.fish", "fish"},
};

Outcome run(Context& context, const Arguments& given) {
  const auto& shell = given.words().front();
  if (shell == "bash") context.out.write(bash_completion());
  if (shell == "zsh") context.out.write(zsh_completion());
  if (shell == "fish") context.out.write(fish_completion());
  return exit_ok;
}

}  // namespace completion_command

constexpr CommandSpec completion{.name = "completion",
                                 .group = Group::setup,
                                 .summary = "completion script for a shell",
                                 .description =
                                     "Prints a script that completes commands, flags and their values. "
                                     "It is made from the same table as the parser and the help.",
                                 .arguments = completion_command::arguments,
                                 .examples = completion_command::examples,
                                 .run = completion_command::run};

}  // namespace llmgw::cli::commands
