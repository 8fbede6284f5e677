#include "cli/completion.h"

namespace llmgw::cli {
namespace completion_fish {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string joined_choices(std::span<const std::string_view> choices) {
  std::string out;
  for (const auto choice : choices) out += (out.empty() ? "" : " ") + std::string(choice);
  return out;
}

std::string start(const CompletionPlace& place) { return "complete -c llmgw -n '__llmgw_at \"" + place.path + "\"'"; }

/// Fish runs what stands in parentheses when it completes.
std::string names_of(std::string_view kind) {
  return quoted("(llmgw __complete " + std::string(kind) +
                " -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)");
}

std::string value_part(const OptionSpec& option) {
  if (option.kind == ValueKind::none) return {};
  if (!option.choices.empty()) return " -x -a " + quoted(joined_choices(option.choices));
  if (const auto names = dynamic_values(option); !names.empty()) return " -x -a " + names_of(names);
  return option.kind == ValueKind::file ? " -r -F" : " -x";
}

std::string options_of(const CompletionPlace& place) {
  std::string out;
  for (const auto* option : place.options) {
    out += start(place);
    if (option->letter != '\0') out += std::string(" -s ") + option->letter;
    if (!option->name.empty()) out += " -l " + std::string(option->name);
    out += value_part(*option) + " -d " + quoted(option->help) + "\n";
  }
  return out;
}

std::string words_of(const CompletionPlace& place) {
  std::string out;
  for (const auto* part : place.command->subcommands) {
    out += start(place) + " -a " + quoted(part->name) + " -d " + quoted(part->summary) + "\n";
  }
  for (const auto& argument : place.command->arguments) {
    if (argument.kind == ValueKind::file) out += start(place) + " -F\n";
    if (const auto names = dynamic_words(place); !names.empty()) out += start(place) + " -a " + names_of(names) + "\n";
    if (!argument.choices.empty()) out += start(place) + " -a " + quoted(joined_choices(argument.choices)) + "\n";
  }
  return out;
}

}  // namespace completion_fish

std::string fish_completion() {
  const auto places = completion_places();
  std::string valued;
  for (const auto& spelling : spellings_with_value(places)) valued += " " + spelling;
  std::string paths;
  std::string rules;
  for (const auto& place : places) {
    if (place.path.contains(' ')) paths += " " + completion_fish::quoted(place.path);
    rules += completion_fish::words_of(place) + completion_fish::options_of(place);
  }
  std::string out = "# fish completion for llmgw; made by \"llmgw completion fish\" from the table of commands.\n";
  out += "function __llmgw_at --description 'the command named so far is this one'\n";
  out += "    set -l path llmgw\n    set -l before ''\n    set -l words (commandline -opc)\n";
  out +=
      "    for word in $words[2..-1]\n        if contains -- \"$before\"" + valued + "\n            set before $word\n";
  out += "            continue\n        end\n        set before $word\n";
  out += "        if contains -- \"$path $word\"" + paths + "\n            set path \"$path $word\"\n        end\n";
  out += "    end\n    test \"$path\" = \"$argv[1]\"\nend\n\ncomplete -c llmgw -f\n";
  return out + rules;
}

}  // namespace llmgw::cli
