#pragma once

#include <string>

#include "cli/client/exchange.h"
#include "cli/context.h"
#include "cli/term/line_editor.h"

namespace llmgw::cli::chat {

/// Everything a running chat is made of.
struct Conversation {
  Context& context;
  LineEditor& editor;
  const Target& target;
  std::vector<std::pair<std::string, std::string>> fields;  ///< further members of each request
  ir::Request request;                                      ///< model, system prompt and all turns so far
  bool show_reasoning = false;
  bool over = false;  ///< the person wants to leave
  int exit_code = 0;
};

/// A signal ended what the chat was waiting for: SIGINT ends no more than that, any other the chat.
void end_by_signal(Conversation& conversation, int number);

/// Sends one message, shows the answer while it comes and keeps both. What fails is told and forgotten: the message
/// can be had back from the history. A cancelled answer stays as far as it came.
void take_turn(Conversation& conversation, std::string text);

}  // namespace llmgw::cli::chat
