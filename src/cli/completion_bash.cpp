#include "cli/completion.h"

namespace llmgw::cli {
namespace completion_bash {

// compgen -W expands what is in its list, so names that a server chose must not get there.
constexpr std::string_view head =
    R"sh(# bash completion for llmgw; made by "llmgw completion bash" from the table of commands.
_llmgw_names() {
    local name
    while IFS= read -r name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <(llmgw __complete "$1" -- "${COMP_WORDS[@]:1}" 2>/dev/null)
}
_llmgw() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=llmgw before=llmgw word i
    # Readline splits --name=value into three words.
    [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD-2]}
    [[ $cur == '=' ]] && cur=''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $before in
            @VALUED@) before=$word; continue ;;
        esac
        before=$word
        case "$path $word" in
            @PATHS@) path="$path $word" ;;
        esac
    done
    COMPREPLY=()
)sh";

constexpr std::string_view tail = R"sh(}
complete -F _llmgw llmgw
)sh";

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
  const auto at = text.find(mark);
  return text.replace(at, mark.size(), by);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

std::string choices_text(std::span<const std::string_view> choices) {
  return joined({choices.begin(), choices.end()}, " ");
}

/// What completes the value of an option, as a line of shell.
std::string value_action(const OptionSpec& option) {
  if (!option.choices.empty()) {
    return "mapfile -t COMPREPLY < <(compgen -W '" + choices_text(option.choices) + "' -- \"$cur\"); return";
  }
  if (const auto names = dynamic_values(option); !names.empty()) {
    return "_llmgw_names " + std::string(names) + "; return";
  }
  return option.kind == ValueKind::file ? "compopt -o default; return" : "return";
}

std::string value_cases(const CompletionPlace& place) {
  std::string out;
  for (const auto* option : place.options) {
    if (option->kind == ValueKind::none) continue;
    std::vector<std::string> patterns;
    for (const auto& spelling : spellings(*option)) patterns.push_back("'" + place.path + " " + spelling + "'");
    out += "        " + joined(patterns, " | ") + ") " + value_action(*option) + " ;;\n";
  }
  return out;
}

std::string flag_case(const CompletionPlace& place) {
  std::vector<std::string> flags;
  for (const auto* option : place.options) {
    for (auto& spelling : spellings(*option)) flags.push_back(std::move(spelling));
  }
  return "            '" + place.path + "') word='" + joined(flags, " ") + "' ;;\n";
}

std::string word_case(const CompletionPlace& place) {
  if (const auto names = dynamic_words(place); !names.empty()) {
    return "            '" + place.path + "') _llmgw_names " + std::string(names) + "; return ;;\n";
  }
  std::vector<std::string> words;
  for (const auto* part : place.command->subcommands) words.emplace_back(part->name);
  bool files = false;
  for (const auto& argument : place.command->arguments) {
    for (const auto choice : argument.choices) words.emplace_back(choice);
    files = files || argument.kind == ValueKind::file;
  }
  if (words.empty() && !files) return {};
  const auto action = files ? std::string("compopt -o default; return") : "word='" + joined(words, " ") + "'";
  return "            '" + place.path + "') " + action + " ;;\n";
}

}  // namespace completion_bash

std::string bash_completion() {
  const auto places = completion_places();
  std::vector<std::string> paths;
  std::string values;
  std::string flags;
  std::string words;
  for (const auto& place : places) {
    if (place.path.contains(' ')) paths.push_back("'" + place.path + "'");
    values += completion_bash::value_cases(place);
    flags += completion_bash::flag_case(place);
    words += completion_bash::word_case(place);
  }
  auto out = completion_bash::replaced(std::string(completion_bash::head), "@VALUED@",
                                       completion_bash::joined(spellings_with_value(places), " | "));
  out = completion_bash::replaced(std::move(out), "@PATHS@", completion_bash::joined(paths, " | "));
  out += "    case \"$path $prev\" in\n" + values + "    esac\n";
  out += "    word=''\n    if [[ $cur == -* ]]; then\n        case $path in\n" + flags + "        esac\n";
  out += "    else\n        case $path in\n" + words + "        esac\n    fi\n";
  out += "    mapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\")\n";
  return out + std::string(completion_bash::tail);
}

}  // namespace llmgw::cli
