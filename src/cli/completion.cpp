#include "cli/completion.h"

#include <algorithm>

#include "cli/client/request_options.h"
#include "cli/client/target_options.h"
#include "cli/parse.h"

namespace llmgw::cli {
namespace completion_model {

void collect(const CommandSpec& command, const std::string& above, std::vector<CompletionPlace>& places) {
  const auto path = above.empty() ? std::string(command.name) : above + " " + std::string(command.name);
  places.push_back({path, &command, all_options(command.bare != nullptr ? *command.bare : command)});
  for (const auto* part : command.subcommands) collect(*part, path, places);
}

}  // namespace completion_model

std::vector<CompletionPlace> completion_places() {
  std::vector<CompletionPlace> places;
  completion_model::collect(root_command(), {}, places);
  return places;
}

std::string_view dynamic_values(const OptionSpec& option) {
  if (&option == &request_options::model) return "models";
  return &option == &target_options::profile ? "profiles" : "";
}

std::string_view dynamic_words(const CompletionPlace& place) {
  return place.path == "llmgw models show" ? "models" : "";
}

std::vector<std::string> spellings(const OptionSpec& option) {
  std::vector<std::string> all;
  if (option.letter != '\0') all.push_back(std::string("-") + option.letter);
  if (!option.name.empty()) all.push_back("--" + std::string(option.name));
  return all;
}

std::vector<std::string> spellings_with_value(const std::vector<CompletionPlace>& places) {
  std::vector<std::string> all;
  for (const auto& place : places) {
    for (const auto* option : place.options) {
      if (option->kind == ValueKind::none) continue;
      for (auto& spelling : spellings(*option)) {
        if (std::ranges::find(all, spelling) == all.end()) all.push_back(std::move(spelling));
      }
    }
  }
  return all;
}

}  // namespace llmgw::cli
