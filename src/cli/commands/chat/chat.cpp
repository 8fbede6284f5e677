#include <array>

#include "cli/client/request.h"
#include "cli/client/request_options.h"
#include "cli/client/target_options.h"
#include "cli/commands/chat/conversation.h"
#include "cli/commands/chat/slash.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/base/folders.h"

namespace llmgw::cli::commands {
namespace chat_command {

constexpr std::string_view think_choices[] = {"show", "hide"};
constexpr OptionSpec think{.name = "think",
                           .kind = ValueKind::choice,
                           .value = "MODE",
                           .help = "show the model's reasoning",
                           .choices = think_choices,
                           .fallback = "show"};
constexpr OptionSpec no_history{.name = "no-history", .help = "neither read nor write the history of prompts"};
constexpr std::array own_options{&think, &no_history};
constexpr auto options = together(request_options::all, own_options, target_options::all);
constexpr std::array arguments{
    ArgumentSpec{.name = "PROMPT", .help = "the first message, sent at once", .repeated = true}};
constexpr std::array examples{
    ExampleSpec{"llmgw chat", "talk to the local proxy, or to the profile in effect"},
    ExampleSpec{"llmgw chat -p hosted -m qwen3 -s \"Be brief\"", "another server, a model, a system prompt"},
};
constexpr std::string_view description =
    "Talks with a model in the terminal. Enter sends, Alt-Enter or Ctrl-J breaks the line, pasted text is taken as "
    "it is. Ctrl-C cancels the answer, or puts the draft away (Up brings it back); Ctrl-D on an empty line ends. "
    "/help lists the commands inside a chat; an unknown one is an error and never sent, //x sends /x.\n\n"
    "Under each answer stands: model, tokens in and out, time to first token (ttft), median and 95th percentile of "
    "the time between tokens (itl), tokens per second from the first token to the last, total time, finish reason.\n\n"
    "Drafts are kept in $XDG_STATE_HOME/llmgw/history, readable by its owner alone; conversations are not.";

struct Choosing {
  const Target& target;
  std::string asked;
  Step<std::string> model = give_up(Errc::internal, "no model was chosen");
};

net::Task<> choose(net::ClientRoom& room, Choosing& choosing) {
  auto asked = choosing.asked;
  choosing.model = co_await choose_model(room, choosing.target, std::move(asked));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool blank(const std::string& text) { return text.find_first_not_of(" \n\t") == std::string::npos; }

void hear(chat::Conversation& conversation, std::string draft) {
  if (blank(draft)) return;
  conversation.editor.remember(draft);
  if (draft.starts_with("//"))
    draft.erase(0, 1);
  else if (draft.starts_with('/'))
    return chat::run_slash(conversation, draft);
  chat::take_turn(conversation, std::move(draft));
}

void loop(chat::Conversation& conversation) {
  const auto& terminal = conversation.context.out_terminal;
  // \1 tells libedit where escape sequences begin and end, so that it does not count them as columns. It shows each
  // with the character that follows, and none at the very end: the colour must end before the last blank.
  const auto prompt = terminal.colour ? "\1\x1b[1;36m\1>\1\x1b[0m\1 " : "> ";
  while (!conversation.over) {
    auto read = conversation.editor.read(prompt);
    if (read.kind == LineRead::Kind::interrupted) continue;
    if (read.kind == LineRead::Kind::end) {
      conversation.context.out.write("\n");  // Ctrl-D leaves the cursor behind the prompt
      break;
    }
    hear(conversation, std::move(read.text));
    if (conversation.context.out.error() != 0) break;
  }
}

std::string history_file(const Context& context, const Arguments& given) {
  if (given.has(no_history)) return {};
  const auto folder = state_folder(context.env);
  return folder ? *folder + "/history" : std::string();
}

EditorOptions editor_options(const Context& context, const Arguments& given) {
  const auto term = context.env.non_empty("TERM");
  return {.history_file = history_file(context, given),
          .completions = chat::slash_names(),
          .marked_paste = term && *term != "dumb"};  // a dumb terminal would show the escape sequence
}

Outcome run(Context& context, const Arguments& given) {
  if (context.in.kind() != InputKind::terminal || !context.out_terminal.tty) {
    return give_up(Errc::usage, "chat needs a terminal for input and output", "llmgw ask PROMPT");
  }
  TRY(const auto target, resolve_target(context, given));
  TRY(auto request, base_request(target, given));
  Choosing choosing{.target = target, .asked = given.text(request_options::model).value_or("")};
  TRY(const auto signal, context.run_client([&](net::ClientRoom& room) { return choose(room, choosing); }));
  if (signal != 0) return exit_of_signal(signal);
  TRY(request.model, std::move(choosing.model));
  TRY(const auto editor, context.make_editor(editor_options(context, given)));
  chat::Conversation conversation{.context = context,
                                  .editor = *editor,
                                  .target = target,
                                  .fields = given.pairs(request_options::field),
                                  .request = std::move(request),
                                  .show_reasoning = given.text(think) != "hide"};
  context.out.write(on_one_line(conversation.request.model) + " at " + target.url +
                    "; /help lists commands, Ctrl-D ends\n");
  context.out.flush();
  if (!given.words().empty()) hear(conversation, joined(given.words()));
  loop(conversation);
  return conversation.exit_code;
}

}  // namespace chat_command

constexpr CommandSpec chat{.name = "chat",
                           .group = Group::talk,
                           .summary = "talk with a model in the terminal",
                           .description = chat_command::description,
                           .options = chat_command::options,
                           .arguments = chat_command::arguments,
                           .examples = chat_command::examples,
                           .run = chat_command::run};

}  // namespace llmgw::cli::commands
