#include "cli/completion_values.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/client/target_options.h"
#include "cli/configuration.h"
#include "cli/global_options.h"
#include "cli/parse.h"
#include "core/base/files.h"
#include "core/base/folders.h"
#include "core/base/sha256.h"

namespace llmgw::cli {
namespace completion_values_of {

/// Names that a shell could not take as one word of its list are left out.
bool printable(std::string_view name) {
  return !name.empty() &&
         std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

/// One file for each server.
Result<std::string> file_of(const Env& env, const Target& target) {
  TRY(auto folder, cache_folder(env));
  return folder + "/models/" + sha256_hex(target.url);
}

/// The options that decide which server is meant, taken out of a line that is still being typed.
std::vector<std::string> chosen(std::span<const std::string> words) {
  constexpr std::array options{&target_options::profile, &target_options::base_url, &global::config};
  std::vector<std::string> found{"models", "list"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const auto* option : options) {
      const auto flag = "--" + std::string(option->name);
      const bool named = words[i] == flag || (option->letter != '\0' && words[i] == std::string("-") + option->letter);
      if (words[i].starts_with(flag + "=")) found.push_back(words[i]);
      // The last word is not finished yet.
      if (named && i + 2 < words.size()) found.insert(found.end(), {flag, words[i + 1]});
    }
  }
  return found;
}

std::string models(const Context& context, const Arguments& given) {
  const auto target = resolve_target(context, given);
  if (!target) return {};
  const auto file = file_of(context.env, *target);
  auto names = file ? read_file(*file) : Result<std::string>();
  return names ? std::move(*names) : std::string();
}

std::string profiles(const Context& context, const Arguments& given) {
  const auto file = config_file(context, given);
  if (!file || !*file) return {};
  const auto loaded = config::load_file(**file, context.env, {.require_variables = false});
  std::string names;
  if (!loaded) return names;
  for (const auto& [name, profile] : loaded->config.profiles) {
    if (printable(name)) names += name + "\n";
  }
  return names;
}

}  // namespace completion_values_of

void remember_models(const Env& env, const Target& target, const std::vector<ListedModel>& models) {
  const auto file = completion_values_of::file_of(env, target);
  if (!file) return;
  std::string names;
  for (const auto& model : models) {
    if (completion_values_of::printable(model.id)) names += model.id + "\n";
  }
  if (read_file(*file).value_or("") == names) return;
  [[maybe_unused]] const auto written = write_file(*file, names, FileMode::owner_only);
}

std::string completion_values(const Context& context, std::span<const std::string> args) {
  if (args.empty()) return {};
  const auto words = args.subspan(std::min<std::size_t>(args.size(), 2));
  const auto line = parse_command_line(completion_values_of::chosen(words), context.env);
  if (!line) return {};
  if (args[0] == "models") return completion_values_of::models(context, line->arguments);
  return args[0] == "profiles" ? completion_values_of::profiles(context, line->arguments) : std::string();
}

}  // namespace llmgw::cli
