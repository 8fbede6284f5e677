#include "cli/help.h"

#include <algorithm>
#include <array>

#include "cli/parse.h"

namespace llmgw::cli {
namespace help {

constexpr std::size_t width = 80;
constexpr std::size_t label_column = 27;  // option sentences start here
constexpr std::array groups{Group::talk, Group::local, Group::operate, Group::setup};

std::string padded(std::string_view text, std::size_t to) {
  std::string out(text);
  if (out.size() < to) out.append(to - out.size(), ' ');
  return out;
}

std::string title(const Terminal& terminal, std::string_view text) {
  return styled(terminal, Style::bold, text) + "\n";
}

/// A label and its sentence in two columns; a long label gets a line of its own.
std::string row(std::string_view label, std::string_view sentence) {
  std::string out = "  " + std::string(label);
  if (out.size() + 2 > label_column) {
    out += "\n";
  } else {
    out = padded(out, label_column);
  }
  const std::string indent(label_column, ' ');
  auto text = wrapped(sentence, width, indent);
  if (!out.ends_with('\n')) text.erase(0, label_column);
  return out + text + "\n";
}

std::string option_rows(std::span<const OptionSpec* const> options) {
  std::string out;
  for (const auto* option : options) out += row(option_label(*option), option_sentence(*option));
  return out;
}

std::string argument_rows(const CommandSpec& command) {
  std::string out;
  for (const auto& argument : command.arguments) {
    std::string sentence(argument.help);
    if (!argument.choices.empty()) {
      sentence += " (";
      for (const auto choice : argument.choices)
        sentence += (sentence.ends_with('(') ? "" : ", ") + std::string(choice);
      sentence += ")";
    }
    out += row(argument.name, sentence);
  }
  return out;
}

std::string command_rows(std::span<const CommandSpec* const> commands) {
  std::string out;
  for (const auto* command : commands) {
    out += "  " + padded(command->name, 12) + std::string(command->summary) + "\n";
  }
  return out;
}

std::string overview(const Terminal& terminal) {
  std::string out;
  for (const auto group : groups) {
    std::vector<const CommandSpec*> members;
    for (const auto* command : root_command().subcommands) {
      if (command->group == group) members.push_back(command);
    }
    if (!members.empty()) out += title(terminal, group_title(group)) + command_rows(members) + "\n";
  }
  return out;
}

std::string examples(const CommandSpec& command, const Terminal& terminal) {
  if (command.examples.empty()) return {};
  auto out = title(terminal, command.subcommands.empty() ? "EXAMPLES" : "START HERE");
  for (const auto& example : command.examples) {
    if (!example.says.empty()) out += "  # " + std::string(example.says) + "\n";
    out += "  " + styled(terminal, Style::cyan, "$ " + std::string(example.line)) + "\n";
  }
  return out + "\n";
}

std::string commands_section(std::span<const CommandSpec* const> path, const Terminal& terminal) {
  const auto& command = *path.back();
  if (command.subcommands.empty()) return {};
  if (path.size() == 1) return overview(terminal);
  auto out = title(terminal, "COMMANDS") + command_rows(command.subcommands);
  if (command.bare != nullptr) {
    out += "Without one of these, " + std::string(command.name) + " means " + std::string(command.name) + " " +
           std::string(command.bare->name) + ".\n";
  }
  return out + "\n";
}

std::string spelled(std::span<const CommandSpec* const> path) {
  std::string out;
  for (const auto* command : path) out += (out.empty() ? "" : " ") + std::string(command->name);
  return out;
}

std::string footer(std::span<const CommandSpec* const> path, HelpLength length) {
  if (length == HelpLength::brief) return "More, with examples: " + spelled(path) + " --help\n";
  return "Exit codes: llmgw help exit-codes.  Variables: llmgw help environment.\n";
}

}  // namespace help

std::string_view group_title(Group group) {
  switch (group) {
    case Group::talk: return "TALK";
    case Group::local: return "LOCAL";
    case Group::operate: return "MEASURE";
    case Group::setup: return "SETUP";
    case Group::part: return "";
  }
  return "";
}

std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const auto line_end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, line_end);
    text.remove_prefix(std::min(line_end + 1, text.size()));
    if (!out.empty()) out += '\n';
    if (line.empty()) continue;
    const bool kept = line.starts_with(' ');
    while (!kept && indent.size() + line.size() > columns) {
      auto cut = line.rfind(' ', columns - indent.size());
      if (cut == std::string_view::npos) cut = line.find(' ');
      if (cut == std::string_view::npos) break;
      out += std::string(indent) + std::string(line.substr(0, cut)) + "\n";
      line.remove_prefix(cut + 1);
    }
    out += std::string(indent) + std::string(line);
  }
  return out;
}

std::string option_label(const OptionSpec& option) {
  std::string label = option.letter == '\0' ? "    " : std::string("-") + option.letter;
  if (option.letter != '\0' && !option.name.empty()) label += ", ";
  if (!option.name.empty()) label += "--" + std::string(option.name);
  const auto value = std::string(option.value);
  if (!value.empty()) label += option.implied.empty() ? " " + value : " [" + value + "]";
  return label;
}

std::string option_sentence(const OptionSpec& option) {
  std::string sentence(option.help);
  if (!option.choices.empty()) {
    sentence += ":";
    for (const auto choice : option.choices) sentence += (sentence.ends_with(':') ? " " : ", ") + std::string(choice);
  }
  if (option.repeatable) sentence += "; repeatable";
  if (!option.fallback.empty()) sentence += " (default " + std::string(option.fallback) + ")";
  if (!option.variable.empty()) sentence += " [" + std::string(option.variable) + "]";
  return sentence;
}

std::string synopsis(std::span<const CommandSpec* const> path) {
  const auto& command = *path.back();
  auto out = help::spelled(path) + " [FLAGS]";
  if (!command.subcommands.empty()) {
    out += command.bare == nullptr && command.run == nullptr ? " COMMAND" : " [COMMAND]";
  }
  for (const auto& argument : command.arguments) {
    const auto name = std::string(argument.name) + (argument.repeated ? "..." : "");
    out += argument.required ? " " + name : " [" + name + "]";
  }
  return out;
}

std::string help_text(std::span<const CommandSpec* const> path, HelpLength length, const Terminal& terminal) {
  const auto& command = *path.back();
  const auto& options_of = command.bare != nullptr ? *command.bare : command;
  const bool is_root = path.size() == 1;
  std::string out = wrapped(help::spelled(path) + " - " + std::string(command.summary), help::width, "") + "\n\n";
  out += help::title(terminal, "USAGE") + "  " + synopsis(path) + "\n\n";
  if (is_root || length == HelpLength::full) out += help::examples(command, terminal);
  if (length == HelpLength::full && !command.description.empty()) {
    out += wrapped(command.description, help::width, "") + "\n\n";
  }
  out += help::commands_section(path, terminal);
  if (!command.arguments.empty()) out += help::title(terminal, "ARGUMENTS") + help::argument_rows(command) + "\n";
  if (!options_of.options.empty()) {
    out += help::title(terminal, "FLAGS") + help::option_rows(options_of.options) + "\n";
  }
  if (length == HelpLength::full) {
    const auto all = all_options(options_of);
    const std::span global = std::span(all).subspan(options_of.options.size());
    out += help::title(terminal, "GLOBAL FLAGS") + help::option_rows(global) + "\n";
  }
  return out + help::footer(path, length);
}

}  // namespace llmgw::cli
