#include <array>

#include "cli/client/exchange.h"
#include "cli/client/request.h"
#include "cli/client/request_options.h"
#include "cli/client/statistics.h"
#include "cli/client/target_options.h"
#include "cli/commands/ask/options.h"
#include "cli/commands/commands.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "core/base/ids.h"

namespace llmgw::cli::commands {
namespace ask_command {

constexpr std::array own_options{&ask::output, &output_options::json, &ask::no_stream,  &ask::stats,
                                 &ask::think,  &ask::fail_on,         &ask::stdin_mode, &ask::max_stdin};
constexpr auto options = together(request_options::all, own_options, target_options::all);
constexpr std::array arguments{
    ArgumentSpec{.name = "PROMPT", .help = "the question; - stands for standard input", .repeated = true}};
constexpr std::array examples{
    ExampleSpec{"llmgw ask \"Name three rivers\"", "one answer on standard output"},
    ExampleSpec{"git diff | llmgw ask \"Write a commit message\" > message.txt", "standard input follows the prompt"},
    ExampleSpec{"llmgw ask -m qwen3 -s @role.txt --max-tokens 200 --stats \"Go on\"", "with tokens and times"},
    ExampleSpec{"llmgw ask -o json \"Hello\" | jq -r .text", "everything there is to know, as JSON"},
};
constexpr std::string_view description =
    "Sends one prompt and prints the answer while it comes. The server is the profile in effect, or the local proxy "
    "on port 4000.\n\n"
    "Standard input is added behind the prompt when it is a file or a pipe that says something within two seconds; "
    "without a prompt, or with -, it is read to its end. Standard output carries the answer alone.\n\n"
    "A try that fails before the answer begins (no connection, HTTP 408, 425, 429, 500, 502, 503, 504, 529) is "
    "repeated; Retry-After is honoured up to a minute. An answer that breaks off is an error, never a success.\n\n"
    "-o json prints one object once the answer is there, and none when it fails. -o jsonl prints an object a line, "
    "each "
    "with its type, as the steps come: start (id, model), reasoning, text and refusal (text), tool_call (id, name) and "
    "tool_arguments (text). The last line is end (model, resolved_model, finish_reason, request_id, usage, timing, "
    "applied, notes, retries), or, when the exchange fails or is interrupted, whether or not an answer has begun, "
    "error "
    "(class, exit_code, http_status, code, message, and where known param, request_id, retry_after, hint). What is "
    "wrong "
    "with the command line prints no line.\n\n"
    "With --stats: model, tokens in and out, time to first token, median and 95th percentile of the time between "
    "tokens, tokens per second from the first token to the last, total time, finish reason.";

/// What one run of the command shares with its coroutine.
struct Run {
  Context& context;
  const Arguments& given;
  const ask::Options& options;
  const Target& target;
  ir::Request& request;
  std::unique_ptr<ask::Printer> printer;
  Step<Exchanged> result = give_up(Errc::internal, "the exchange did not run");
};

net::Task<> converse(net::ClientRoom& room, Run& run) {
  auto asked = run.given.text(request_options::model).value_or("");
  auto model = co_await choose_model(room, run.target, std::move(asked));
  if (!model) {
    run.result = std::unexpected(std::move(model).error());
    co_return;
  }
  run.request.model = *model;
  run.printer->name_model(*model);
  const ExchangePlan plan{.target = run.target,
                          .request = run.request,
                          .fields = run.given.pairs(request_options::field),
                          .clock = run.context.clock,
                          .seed = random_seed()};
  run.result = co_await exchange(room, plan, *run.printer);
}

/// A script cannot see that an answer is not whole, and a person may not.
void warn_of_cut(Run& run, const Exchanged& exchanged) {
  const auto reason = finish_of(exchanged.answer);
  if (run.options.quiet || run.options.format != ask::Format::text || run.options.fail_on.contains(reason)) return;
  if (reason == "length") {
    run.context.err.write(
        "llmgw: warning: the answer is cut: the limit of tokens was reached; try a larger --max-tokens\n");
  }
  if (reason == "content_filter") {
    run.context.err.write("llmgw: warning: the server's filter stopped the answer\n");
  }
}

/// `--fail-on`: an answer that ended in a way the caller cannot use.
Outcome verdict(const ask::Options& chosen, const Exchanged& exchanged) {
  const auto reason = finish_of(exchanged.answer);
  if (!chosen.fail_on.contains(reason)) return exit_ok;
  const auto hint = reason == "length" ? "a larger --max-tokens" : "";
  Failure failure(Errc::content_policy, "the answer ended with " + std::string(reason), hint);
  failure.request_id = exchanged.request_id;
  return std::unexpected(std::move(failure));
}

Outcome conclude(Run& run, int signal) {
  if (signal != 0) {
    Failure failure(Errc::cancelled, "a signal ended the exchange");
    failure.exit_code = exit_of_signal(signal);
    run.printer->broken(failure);
    return failure.exit_code;
  }
  if (!run.result) {
    run.printer->broken(run.result.error());
    return std::unexpected(run.result.error());
  }
  run.printer->finish(*run.result);
  if (run.options.stats) {
    const auto line = statistics_line(*run.result, run.request.model, run.context.err_terminal.columns);
    run.context.err.write(styled(run.context.err_terminal, Style::dim, line) + "\n");
  }
  warn_of_cut(run, *run.result);
  return verdict(run.options, *run.result);
}

Outcome run_ask(Context& context, const Arguments& given) {
  TRY(const auto read, ask::read_options(given));
  TRY(const auto target, resolve_target(context, given));
  TRY(auto request, base_request(target, given));
  TRY(auto prompt, ask::read_prompt(context, read.prompt));
  request.messages.push_back(text_message(ir::Role::user, std::move(prompt)));
  request.stream = read.stream;
  if (!read.stream) request.include_usage.reset();
  Run run{
      .context = context,
      .given = given,
      .options = read,
      .target = target,
      .request = request,
      .printer = ask::make_printer(
          context, {.format = read.format, .show_reasoning = read.show_reasoning, .quiet = read.quiet, .model = {}})};
  context.err.flush();
  TRY(const auto signal, context.run_client([&run](net::ClientRoom& room) { return converse(room, run); }));
  return conclude(run, signal);
}

}  // namespace ask_command

constexpr CommandSpec ask{.name = "ask",
                          .group = Group::talk,
                          .summary = "one prompt, one answer",
                          .description = ask_command::description,
                          .options = ask_command::options,
                          .arguments = ask_command::arguments,
                          .examples = ask_command::examples,
                          .run = ask_command::run_ask};

}  // namespace llmgw::cli::commands
