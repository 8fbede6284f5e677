#include <algorithm>
#include <array>
#include <vector>

#include "cli/client/target.h"
#include "cli/client/target_options.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"

namespace llmgw::cli::commands {
namespace env_command {

constexpr std::string_view programs[] = {"openai", "anthropic", "claude", "all"};
constexpr std::string_view shells[] = {"sh", "fish", "powershell"};
constexpr OptionSpec program{.name = "for",
                             .kind = ValueKind::choice,
                             .value = "PROGRAM",
                             .help = "whose variables to print",
                             .choices = programs,
                             .fallback = "all"};
constexpr OptionSpec shell{.name = "shell",
                           .kind = ValueKind::choice,
                           .value = "SHELL",
                           .help = "whose syntax to print them in",
                           .choices = shells,
                           .fallback = "sh"};
constexpr std::array<const OptionSpec*, 5> options{&program, &shell, &target_options::profile,
                                                   &target_options::base_url, &target_options::api_key_file};
constexpr std::array examples{
    ExampleSpec{"eval \"$(llmgw env)\"", "programs of this shell talk to the local proxy"},
    ExampleSpec{"eval \"$(llmgw env --for claude)\" && claude", "Claude Code over the local proxy"},
    ExampleSpec{"llmgw env --shell fish | source", "the same for fish"},
};
constexpr std::string_view description =
    "Prints variables that point other programs at the profile in effect, or at the local proxy with its token. On "
    "a terminal the key is not shown: let the shell read the output.\n\n"
    "openai: OPENAI_BASE_URL, OPENAI_API_KEY. anthropic: ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY. claude (Claude "
    "Code): ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN, and ANTHROPIC_MODEL where the profile names a model.";

struct Variable {
  std::string name;
  std::string value;
};

/// Both halves of the world put `/v1` behind the address by different rules: OpenAI's SDKs expect it in the address,
/// Anthropic's add it.
std::string without_version(const Target& target) { return provider::root_base(*target.provider, target.url); }

std::vector<Variable> variables(const Target& target, std::string_view wanted, const std::string& key) {
  std::vector<Variable> out;
  const bool all = wanted == "all";
  if (all || wanted == "openai") {
    out.push_back({"OPENAI_BASE_URL", target.url});
    out.push_back({"OPENAI_API_KEY", key});
  }
  if (all || wanted == "anthropic" || wanted == "claude") {
    out.push_back({"ANTHROPIC_BASE_URL", without_version(target)});
    out.push_back({wanted == "claude" ? "ANTHROPIC_AUTH_TOKEN" : "ANTHROPIC_API_KEY", key});
  }
  if (wanted == "claude" && !target.model.empty()) out.push_back({"ANTHROPIC_MODEL", target.model});
  return out;
}

/// The text with every single quote replaced by `by`, between single quotes.
std::string quoted(const std::string& text, std::string_view by, bool backslash) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += by;
    } else {
      if (backslash && c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "'";
}

std::string line(const Variable& variable, std::string_view syntax) {
  if (syntax == "fish") return "set -gx " + variable.name + " " + quoted(variable.value, "\\'", true) + "\n";
  if (syntax == "powershell") return "$env:" + variable.name + " = " + quoted(variable.value, "''", false) + "\n";
  return "export " + variable.name + "=" + quoted(variable.value, "'\\''", false) + "\n";
}

Outcome run(Context& context, const Arguments& given) {
  TRY(const auto target, resolve_target(context, given));
  if (!target.endpoint.unix_path.empty()) {
    return give_up(Errc::usage, "other programs cannot be pointed at a unix socket by a variable",
                   "--base-url http://...");
  }
  // SDKs refuse to start without any key, so a server that needs none gets a word.
  auto key = target.key.empty() ? std::string("none") : std::string(target.key.reveal());
  const bool hidden = context.out_terminal.tty && !target.key.empty();
  if (hidden) key = "(hidden)";
  const auto syntax = given.text(shell).value_or("sh");
  for (const auto& variable : variables(target, given.text(program).value_or("all"), key)) {
    context.out.write(line(variable, syntax));
  }
  context.out.flush();
  if (hidden) context.err.write("llmgw: the key is not shown on a terminal; use eval \"$(llmgw env)\"\n");
  return exit_ok;
}

}  // namespace env_command

constexpr CommandSpec env{.name = "env",
                          .group = Group::local,
                          .summary = "variables that point other programs here",
                          .description = env_command::description,
                          .options = env_command::options,
                          .examples = env_command::examples,
                          .run = env_command::run};

}  // namespace llmgw::cli::commands
