#include "cli/app.h"

#include <cerrno>
#include <cstring>

#include "cli/completion_values.h"
#include "cli/exit_code.h"
#include "cli/global_options.h"
#include "cli/help.h"
#include "cli/parse.h"

namespace llmgw::cli {
namespace app {

ColourChoice colour_choice(const Arguments& arguments) {
  const auto word = arguments.text(global::colour).value_or("auto");
  if (word == "always") return ColourChoice::always;
  return word == "never" ? ColourChoice::never : ColourChoice::automatic;
}

void decide_colour(Context& context, const Arguments& arguments) {
  const auto choice = colour_choice(arguments);
  context.out_terminal.colour = wants_colour(choice, context.env, context.out_terminal.tty);
  context.err_terminal.colour = wants_colour(choice, context.env, context.err_terminal.tty);
}

Outcome dispatch(Context& context, const Invocation& invocation) {
  switch (invocation.wants) {
    case Invocation::Wants::version: context.out.write("llmgw " LLMGW_VERSION "\n"); return exit_ok;
    case Invocation::Wants::short_help:
      context.out.write(help_text(invocation.path, HelpLength::brief, context.out_terminal));
      return exit_ok;
    case Invocation::Wants::full_help:
      context.out.write(help_text(invocation.path, HelpLength::full, context.out_terminal));
      return exit_ok;
    case Invocation::Wants::run: break;
  }
  if (!invocation.bare) return invocation.arguments.command().run(context, invocation.arguments);
  // A person who types the bare name is looking around; a script that does so has made a mistake.
  const bool looking_around = invocation.path.size() == 1 && context.out_terminal.tty;
  auto& where = looking_around ? context.out : context.err;
  where.write(
      help_text(invocation.path, HelpLength::brief, looking_around ? context.out_terminal : context.err_terminal));
  return looking_around ? exit_ok : exit_usage;
}

/// Tells of a failure and gives the exit code for it.
int failed(Context& context, const Failure& failure, ReportStyle style) {
  context.out.flush();
  report(context.err, failure, style);
  if (style != ReportStyle::plugin) return failure.exit();
  context.out.write(plugin_line(failure));
  context.out.flush();
  return plugin_unknown;
}

/// Output that could not be written is a failure too, unless the reader has simply left.
int closing(Context& context, int code) {
  context.out.flush();
  context.err.flush();
  const int problem = context.out.error();
  if (problem == 0) return code;
  if (problem == EPIPE) return exit_broken_pipe;
  context.err.write(std::string("llmgw: error: cannot write the output: ") + std::strerror(problem) + "\n");
  context.err.flush();
  return exit_internal;
}

}  // namespace app

int run_command_line(std::span<const std::string> args, Context context) {
  // Not in the table of commands: the scripts that the table makes ask this, people do not.
  if (!args.empty() && args.front() == "__complete") {
    context.out.write(completion_values(context, args.subspan(1)));
    return app::closing(context, exit_ok);
  }
  const auto style = report_style(args);
  const auto invocation = parse_command_line(args, context.env);
  if (!invocation) return app::failed(context, invocation.error(), style);
  app::decide_colour(context, invocation->arguments);
  const auto outcome = app::dispatch(context, *invocation);
  if (!outcome) return app::failed(context, outcome.error(), style);
  // A monitoring system takes 0 for well, and a page of help says nothing of the kind.
  const bool said_nothing = style == ReportStyle::plugin && invocation->wants != Invocation::Wants::run;
  return app::closing(context, said_nothing ? plugin_unknown : *outcome);
}

}  // namespace llmgw::cli
