#include "cli/commands/ask/prompt.h"

#include <chrono>
#include <optional>

namespace llmgw::cli::ask {
namespace prompt {

// A writer that has said nothing for so long may never say anything: an editor's or a CI system's open pipe.
constexpr std::chrono::milliseconds silence_limit{2000};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    if (word == "-") continue;
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

bool names_stdin(const std::vector<std::string>& words) {
  for (const auto& word : words) {
    if (word == "-") return true;
  }
  return false;
}

/// Whether there is anything to read that will not keep a person or a script waiting for ever.
bool worth_reading(Context& context, const PromptOptions& options, bool has_words) {
  if (options.stdin_mode == StdinMode::always || names_stdin(options.words)) return true;
  if (options.stdin_mode == StdinMode::never) return false;
  const auto kind = context.in.kind();
  if (kind == InputKind::terminal || kind == InputKind::closed) return false;
  if (kind == InputKind::file || !has_words) return true;
  if (context.in.wait(silence_limit)) return true;
  if (!options.quiet) {
    context.err.write(
        "llmgw: warning: stdin is open but silent; ignoring it (use - to wait, </dev/null to silence this)\n");
  }
  return false;
}

}  // namespace prompt

Step<std::string> read_prompt(Context& context, const PromptOptions& options) {
  auto text = prompt::joined(options.words);
  std::string piped;
  if (prompt::worth_reading(context, options, !text.empty())) {
    TRY(piped, context.in.read_all(options.max_stdin));
  }
  if (text.empty())
    text = std::move(piped);
  else if (!piped.empty())
    text += "\n\n" + piped;
  if (!text.empty()) return text;
  return give_up(Errc::usage, "there is no prompt", "llmgw ask \"Say hello\", or pipe a text into llmgw ask");
}

}  // namespace llmgw::cli::ask
