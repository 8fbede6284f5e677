#include "cli/commands/chat/slash.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/client/model_list.h"
#include "cli/client/request.h"
#include "cli/term/visible_text.h"
#include "core/base/nearest.h"

namespace llmgw::cli::chat {
namespace slash {

void complain(Conversation& conversation, const std::string& text) {
  conversation.context.err.write("llmgw: " + on_one_line(text) + "\n");
  conversation.context.err.flush();
}

void help(Conversation& conversation, const std::string&) {
  for (const auto& command : slash_commands()) {
    const auto label =
        std::string(command.name) + (command.argument.empty() ? "" : " ") + std::string(command.argument);
    conversation.context.out.write(fmt::format("  {:<24}{}\n", label, command.says));
  }
  conversation.context.out.write(
      "  Alt-Enter, Ctrl-J       break the line\n"
      "  Ctrl-C                  cancel the answer, or put the draft away\n"
      "  Ctrl-D                  end the chat, on an empty line\n"
      "  //x                     send a message that starts with /x\n");
  conversation.context.out.flush();
}

void list(Conversation& conversation, const std::vector<ListedModel>& models) {
  for (const auto& each : models) {
    const bool current = each.id == conversation.request.model;
    conversation.context.out.write((current ? "* " : "  ") + on_one_line(each.id) + "\n");
  }
  conversation.context.out.flush();
}

void choose(Conversation& conversation, const std::vector<ListedModel>& models, const std::string& name) {
  if (std::ranges::find(models, name, &ListedModel::id) != models.end()) {
    conversation.request.model = name;
    return;
  }
  std::vector<std::string_view> names;
  for (const auto& each : models) names.push_back(each.id);
  const auto meant = nearest(name, names);
  complain(conversation, "the server lists no model \"" + name + "\"" +
                             (meant.empty() ? "" : "; did you mean " + std::string(meant) + "?"));
}

void model(Conversation& conversation, const std::string& name) {
  const auto asked = ask_for_models(conversation.context, conversation.target);
  if (!asked) return report(conversation.context.err, asked.error(), ReportStyle::people);
  if (asked->signal != 0) return end_by_signal(conversation, asked->signal);
  if (name.empty()) {
    list(conversation, asked->models);
  } else {
    choose(conversation, asked->models, name);
  }
}

void system(Conversation& conversation, const std::string& text) {
  auto& request = conversation.request;
  if (text.empty()) {
    const auto* now = request.instructions.empty() ? nullptr : std::get_if<ir::Text>(&request.instructions[0].value);
    conversation.context.out.write(now == nullptr ? "(no system prompt)\n" : now->text + "\n");
    conversation.context.out.flush();
    return;
  }
  auto prompt = text == "-" ? Step<std::string>(std::string()) : system_text(text);
  if (!prompt) return complain(conversation, prompt.error().error.message);
  set_system(request, std::move(*prompt));
}

void clear(Conversation& conversation, const std::string&) { conversation.request.messages.clear(); }

void quit(Conversation& conversation, const std::string&) { conversation.over = true; }

constexpr std::array rows{
    SlashCommand{"/help", "", "list these commands", help},
    SlashCommand{"/model", "[NAME]", "list the models, or go on with another one", model},
    SlashCommand{"/system", "[TEXT|@FILE|-]", "show, set or remove the system prompt", system},
    SlashCommand{"/clear", "", "forget the conversation", clear},
    SlashCommand{"/quit", "", "end the chat", quit},
};

}  // namespace slash

std::span<const SlashCommand> slash_commands() { return slash::rows; }

std::vector<std::string> slash_names() {
  std::vector<std::string> names;
  for (const auto& command : slash::rows) names.emplace_back(command.name);
  return names;
}

void run_slash(Conversation& conversation, const std::string& line) {
  const auto name = line.substr(0, line.find_first_of(" \n"));
  auto argument = line.substr(name.size());
  argument.erase(0, argument.find_first_not_of(' '));
  while (argument.ends_with(' ')) argument.pop_back();
  const auto found = std::ranges::find(slash::rows, name, &SlashCommand::name);
  if (found != slash::rows.end()) return found->run(conversation, argument);
  std::vector<std::string_view> names;
  for (const auto& command : slash::rows) names.push_back(command.name);
  const auto meant = nearest(name, names);
  slash::complain(conversation,
                  "there is no command " + name +
                      (meant.empty() ? "; /help lists them" : "; did you mean " + std::string(meant) + "?"));
}

}  // namespace llmgw::cli::chat
