#include "cli/completion.h"

namespace llmgw::cli {
namespace completion_zsh {

/// Text inside single quotes and the brackets of an _arguments specification.
std::string described(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

std::string function_name(std::string path) {
  for (auto& c : path) {
    if (c == ' ' || c == '-') c = '_';
  }
  return "_" + path;
}

std::string choice_list(std::span<const std::string_view> choices) {
  std::string out = "(";
  for (const auto choice : choices) out += (out.size() == 1 ? "" : " ") + std::string(choice);
  return out + ")";
}

std::string names_action(std::string_view kind) { return "{_llmgw_names " + std::string(kind) + "}"; }

std::string value_action(const OptionSpec& option) {
  if (option.kind == ValueKind::none) return {};
  const auto name = ":" + described(option.value) + ":";
  if (!option.choices.empty()) return name + choice_list(option.choices);
  if (const auto names = dynamic_values(option); !names.empty()) return name + names_action(names);
  return option.kind == ValueKind::file ? name + "_files" : name + " ";
}

std::string option_argument(const OptionSpec& option, std::string_view spelling, std::string_view excluded) {
  const bool is_long = spelling.starts_with("--");
  const bool valued = option.kind != ValueKind::none;
  std::string out = "    '";
  out += option.repeatable ? std::string("*") : "(" + std::string(excluded) + ")";
  out += std::string(spelling) + (valued ? (is_long ? "=" : "+") : "");
  return out + "[" + described(option.help) + "]" + value_action(option) + "' \\\n";
}

std::string option_arguments(const CompletionPlace& place) {
  std::string out;
  for (const auto* option : place.options) {
    const auto all = spellings(*option);
    std::string excluded;
    for (const auto& spelling : all) excluded += (excluded.empty() ? "" : " ") + spelling;
    for (const auto& spelling : all) out += option_argument(*option, spelling, excluded);
  }
  return out;
}

std::string word_action(const CompletionPlace& place, const ArgumentSpec& argument) {
  if (!argument.choices.empty()) return choice_list(argument.choices);
  if (const auto names = dynamic_words(place); !names.empty()) return names_action(names);
  return argument.kind == ValueKind::file ? "_files" : " ";
}

std::string positional_arguments(const CompletionPlace& place) {
  std::string out;
  for (const auto& argument : place.command->arguments) {
    const auto action = word_action(place, argument);
    out += "    '" + std::string(argument.repeated ? "*" : "") + ":" + std::string(argument.name) + ":" + action +
           "' \\\n";
  }
  return out;
}

std::string leaf(const CompletionPlace& place) {
  return function_name(place.path) + "() {\n  _arguments -s -S \\\n" + option_arguments(place) +
         positional_arguments(place) + "    && return 0\n}\n\n";
}

std::string group(const CompletionPlace& place) {
  const auto name = function_name(place.path);
  std::string out = name + "() {\n  local curcontext=$curcontext state line\n  _arguments -C -s -S \\\n" +
                    option_arguments(place) +
                    "    '1:command:->command' \\\n    '*::argument:->argument' && return 0\n";
  out += "  case $state in\n    command)\n      local -a commands=(\n";
  std::string dispatch;
  for (const auto* part : place.command->subcommands) {
    const std::string word(part->name);
    out += "        '" + word + ":" + described(part->summary) + "'\n";
    dispatch += "        " + word + ") " + function_name(place.path + " " + word) + " ;;\n";
  }
  out += "      )\n      _describe command commands\n      ;;\n";
  return out + "    argument)\n      case $line[1] in\n" + dispatch + "      esac\n      ;;\n  esac\n}\n\n";
}

}  // namespace completion_zsh

std::string zsh_completion() {
  std::string out =
      "#compdef llmgw\n# zsh completion; made by \"llmgw completion zsh\" from the table of commands.\n\n"
      "_llmgw_names() {\n"
      "  local -a names=(\"${(@f)$(llmgw __complete $1 -- \"${(@)words[2,-1]}\" 2>/dev/null)}\")\n"
      "  compadd -a names\n}\n\n";
  for (const auto& place : completion_places()) {
    out += place.command->subcommands.empty() ? completion_zsh::leaf(place) : completion_zsh::group(place);
  }
  // Works from a folder of $fpath and from eval alike.
  return out + "if [ \"$funcstack[1]\" = _llmgw ]; then\n  _llmgw \"$@\"\nelse\n  compdef _llmgw llmgw\nfi\n";
}

}  // namespace llmgw::cli
