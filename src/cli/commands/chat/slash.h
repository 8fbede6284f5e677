#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/chat/conversation.h"

namespace llmgw::cli::chat {

/// A command inside a chat.
struct SlashCommand {
  std::string_view name;      ///< `/model`
  std::string_view argument;  ///< `[NAME]`, or empty
  std::string_view says;
  void (*run)(Conversation& conversation, const std::string& argument);
};

/// All of them, in the order in which /help lists them.
std::span<const SlashCommand> slash_commands();

/// Their names, for completion.
std::vector<std::string> slash_names();

/// Runs `/name argument`. An unknown one is told, with the nearest; it is never sent to the model.
void run_slash(Conversation& conversation, const std::string& line);

}  // namespace llmgw::cli::chat
