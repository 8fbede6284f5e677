#include "cli/parse.h"

#include <algorithm>
#include <string_view>

#include "cli/global_options.h"
#include "core/base/nearest.h"

namespace llmgw::cli {
namespace parse {

/// `llmgw config show` for a path from the root.
std::string spelled(std::span<const CommandSpec* const> path) {
  std::string text;
  for (const auto* command : path) {
    if (!text.empty()) text += ' ';
    text += command->name;
  }
  return text;
}

/// The token's option among the candidates, or nullptr.
const OptionSpec* find_option(std::span<const OptionSpec* const> options, std::string_view token) {
  const bool is_long = token.starts_with("--");
  const auto name = token.substr(is_long ? 2 : 1, is_long ? token.find('=') - 2 : 1);
  const auto found = std::ranges::find_if(options, [&](const OptionSpec* option) {
    return is_long ? option->name == name : option->letter == name.front();
  });
  return found == options.end() ? nullptr : *found;
}

/// Any option of the tree below a command with that spelling: enough to know whether a value follows.
const OptionSpec* find_anywhere(const CommandSpec& command, std::string_view token) {
  if (const auto* option = find_option(all_options(command), token)) return option;
  for (const auto* part : command.subcommands) {
    if (const auto* option = find_anywhere(*part, token)) return option;
  }
  return nullptr;
}

/// True when the token names the option and holds no value of it.
bool is_bare(const OptionSpec& option, std::string_view token) {
  if (option.kind == ValueKind::none) return false;
  return token.starts_with("--") ? !token.contains('=') : token.size() == 2;
}

/// True when the value of an option stands in the token after this one.
bool takes_next(const OptionSpec& option, std::span<const std::string> tokens, std::size_t at) {
  if (!is_bare(option, tokens[at]) || at + 1 == tokens.size()) return false;
  return option.implied.empty() || check_value(option, tokens[at + 1]).has_value();
}

/// Writes down the values that are left out.
std::vector<std::string> with_implied(std::span<const OptionSpec* const> options, std::vector<std::string> tokens) {
  for (std::size_t i = 0; i < tokens.size() && tokens[i] != "--"; ++i) {
    if (!tokens[i].starts_with("--")) continue;
    const auto* option = find_option(options, tokens[i]);
    if (option == nullptr || option->implied.empty() || !is_bare(*option, tokens[i])) continue;
    if (!takes_next(*option, tokens, i)) tokens[i] += "=" + std::string(option->implied);
  }
  return tokens;
}

std::unexpected<Failure> unknown_command(std::span<const CommandSpec* const> path, const std::string& word) {
  std::vector<std::string_view> names;
  for (const auto* command : path.back()->subcommands) names.push_back(command->name);
  const auto meant = nearest(word, names);
  const auto where = spelled(path);
  return give_up(Errc::usage, "there is no command \"" + word + "\" in " + where,
                 where + (meant.empty() ? std::string(" --help") : " " + std::string(meant)));
}

std::unexpected<Failure> unknown_option(const CommandSpec& command, std::span<const CommandSpec* const> path,
                                        const std::string& token) {
  const auto flag = token.substr(0, token.find('='));
  std::vector<std::string> spellings;
  for (const auto* option : all_options(command)) {
    if (!option->name.empty()) spellings.push_back("--" + std::string(option->name));
  }
  const std::vector<std::string_view> names(spellings.begin(), spellings.end());
  const auto meant = nearest(flag, names);
  const auto where = spelled(path);
  return give_up(Errc::usage, where + " has no option " + flag, meant.empty() ? where + " --help" : std::string(meant));
}

struct Found {
  std::vector<const CommandSpec*> path;
  std::vector<std::string> tokens;  ///< what is left without the command's words
};

/// The command may stand behind options, its own included: walks over options and their values to the words.
Step<Found> find_command(std::span<const std::string> args) {
  Found found{.path = {&root_command()}, .tokens = {}};
  std::size_t i = 0;
  for (; i < args.size() && !found.path.back()->subcommands.empty(); ++i) {
    const auto& token = args[i];
    if (token == "--") break;
    if (token.size() > 1 && token.front() == '-') {
      found.tokens.push_back(token);
      const auto* option = find_anywhere(*found.path.back(), token);
      if (option != nullptr && takes_next(*option, args, i)) found.tokens.push_back(args[++i]);
      continue;
    }
    const auto next = std::ranges::find(found.path.back()->subcommands, token, &CommandSpec::name);
    if (next == found.path.back()->subcommands.end()) {
      // A command that runs by itself beside its subcommands takes words of its own.
      if (found.path.back()->run != nullptr) break;
      return unknown_command(found.path, token);
    }
    found.path.push_back(*next);
  }
  found.tokens.insert(found.tokens.end(), args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
  return found;
}

/// Values of variables count where the option was not given; a wrong one is told with the variable's name.
Result<> fill_from_environment(const CommandSpec& command, const Env& env, Arguments& arguments) {
  for (const auto* option : all_options(command)) {
    if (option->variable.empty() || arguments.has(*option)) continue;
    auto value = env.non_empty(option->variable);
    if (!value) continue;
    if (const auto right = check_value(*option, *value); !right) {
      return fail(Errc::usage, std::string(option->variable) + " (" + right.error().message + ")");
    }
    arguments.set_from_environment(*option, std::move(*value));
  }
  return {};
}

Result<> check_words(const CommandSpec& command, std::span<const CommandSpec* const> path,
                     std::span<const std::string> words) {
  const auto specs = command.arguments;
  const bool open_ended = !specs.empty() && specs.back().repeated;
  if (words.size() > specs.size() && !open_ended) {
    return fail(Errc::usage, spelled(path) + " does not take \"" + words[specs.size()] + "\"");
  }
  for (std::size_t i = words.size(); i < specs.size(); ++i) {
    if (specs[i].required) return fail(Errc::usage, spelled(path) + " needs " + std::string(specs[i].name));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& spec = specs[std::min(i, specs.size() - 1)];
    if (spec.choices.empty() || std::ranges::find(spec.choices, words[i]) != spec.choices.end()) continue;
    std::string choices;
    for (const auto choice : spec.choices) choices += (choices.empty() ? "" : ", ") + std::string(choice);
    return fail(Errc::usage, std::string(spec.name) + ": \"" + words[i] + "\" is not one of " + choices);
  }
  return {};
}

Result<> check_values(const RawLine& line) {
  for (const auto& [option, values] : line.values) {
    if (option->kind == ValueKind::none) continue;
    for (const auto& value : values) TRY_VOID(check_value(*option, value));
  }
  return {};
}

Failure with_help(Error error, std::span<const CommandSpec* const> path) {
  Failure failure(std::move(error));
  failure.hint = spelled(path) + " --help";
  return failure;
}

}  // namespace parse

std::vector<const OptionSpec*> all_options(const CommandSpec& command) {
  std::vector<const OptionSpec*> all(command.options.begin(), command.options.end());
  for (const auto* option : global_options()) {
    // A command may describe a global option in its own words, as serve does with --config.
    const bool own = std::ranges::any_of(all, [option](const OptionSpec* known) { return known == option; });
    if (!own) all.push_back(option);
  }
  return all;
}

Step<Invocation> parse_command_line(std::span<const std::string> args, const Env& env) {
  TRY(auto found, parse::find_command(args));
  const auto& named = *found.path.back();
  const auto& command = named.run == nullptr && named.bare != nullptr ? *named.bare : named;
  Invocation invocation{.path = found.path, .arguments = Arguments(command)};
  const auto options = all_options(command);
  auto line = split_line(options, parse::with_implied(options, std::move(found.tokens)));
  if (!line) return std::unexpected(parse::with_help(line.error(), found.path));
  for (auto& [option, values] : line->values) invocation.arguments.set(*option, values);
  // Help is given even where the rest of the line is wrong: that is when it is needed.
  if (invocation.arguments.has(global::help))
    invocation.wants = Invocation::Wants::full_help;
  else if (invocation.arguments.has(global::short_help))
    invocation.wants = Invocation::Wants::short_help;
  else if (invocation.arguments.has(global::version))
    invocation.wants = Invocation::Wants::version;
  if (invocation.wants != Invocation::Wants::run) return invocation;
  if (!line->unknown.empty()) return parse::unknown_option(command, found.path, line->unknown.front());
  if (auto right = parse::check_values(*line); !right) {
    return std::unexpected(parse::with_help(right.error(), found.path));
  }
  if (command.run == nullptr) {
    invocation.bare = true;
    return invocation;
  }
  if (auto right = parse::check_words(command, found.path, line->words); !right) {
    return std::unexpected(parse::with_help(right.error(), found.path));
  }
  invocation.arguments.set_words(std::move(line->words));
  TRY_VOID(parse::fill_from_environment(command, env, invocation.arguments));
  return invocation;
}

ReportStyle report_style(std::span<const std::string> args) {
  for (std::size_t i = 0; i < args.size() && args[i] != "--"; ++i) {
    std::string_view format = args[i];
    if (format == "--json") return ReportStyle::json;
    if (format == "-o" || format == "--output") {
      format = i + 1 < args.size() ? std::string_view(args[i + 1]) : std::string_view();
    } else if (format.starts_with("--output=")) {
      format.remove_prefix(std::string_view("--output=").size());
    } else if (format.starts_with("-o")) {
      format.remove_prefix(format.starts_with("-o=") ? 3 : 2);
    } else {
      continue;
    }
    if (format.starts_with("json")) return ReportStyle::json;
    if (format == "nagios") return ReportStyle::plugin;
  }
  return ReportStyle::people;
}

}  // namespace llmgw::cli
