// The only file that knows CLI11. It is handed one flat list of options; finding the command, suggestions, checks
// and help are ours, because the same tables also make help, man pages and completions.
#include <CLI/CLI.hpp>

#include "cli/parse.h"

namespace llmgw::cli {
namespace parse_cli11 {

/// Tells words from unknown flags, which CLI11's own `remaining()` mixes.
class Line final : public CLI::App {
 public:
  Line() {
    set_help_flag();
    allow_extras();
    allow_windows_style_options(false);
  }
  void sort_rest(RawLine& line) const {
    for (const auto& [kind, token] : missing_) {
      if (kind == CLI::detail::Classifier::NONE) line.words.push_back(token);
      if (kind == CLI::detail::Classifier::LONG || kind == CLI::detail::Classifier::SHORT) {
        line.unknown.push_back(token);
      }
    }
  }
};

std::string cli11_name(const OptionSpec& option) {
  if (option.name.empty()) return std::string("-") + option.letter;
  const auto long_name = "--" + std::string(option.name);
  return option.letter == '\0' ? long_name : std::string("-") + option.letter + "," + long_name;
}

CLI::Option* declare(Line& line, const OptionSpec& option) {
  if (option.kind == ValueKind::none) {
    return line.add_flag(cli11_name(option))->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  // One value per flag, kept as it is: with extra arguments allowed, CLI11 would split a value such as "[1,2]".
  return line.add_option(cli11_name(option))
      ->expected(1)
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// CLI11 reads `--name=` as a flag whose value comes next; two tokens say what is meant, an empty value.
std::vector<std::string> with_empty_values(std::span<const OptionSpec* const> options,
                                           std::span<const std::string> tokens) {
  std::vector<std::string> out;
  bool open = true;
  for (const auto& token : tokens) {
    open = open && token != "--";
    const bool empty_value = open && token.size() > 3 && token.starts_with("--") && token.find('=') + 1 == token.size();
    const auto name = empty_value ? std::string_view(token).substr(2, token.size() - 3) : std::string_view{};
    const bool known = std::ranges::any_of(
        options, [name](const OptionSpec* option) { return option->name == name && option->kind != ValueKind::none; });
    if (known) {
      out.push_back("--" + std::string(name));
      out.emplace_back();
    } else {
      out.push_back(token);
    }
  }
  return out;
}

Result<std::vector<std::string>> switch_values(const OptionSpec& option, const std::vector<std::string>& results) {
  std::vector<std::string> given;
  for (const auto& result : results) {
    if (result == "false") continue;
    if (result != "true") return fail(Errc::usage, "--" + std::string(option.name) + " takes no value");
    given.push_back(result);
  }
  return given;
}

}  // namespace parse_cli11

Result<RawLine> split_line(std::span<const OptionSpec* const> options, std::span<const std::string> tokens) {
  parse_cli11::Line line;
  std::vector<CLI::Option*> declared;
  for (const auto* option : options) declared.push_back(parse_cli11::declare(line, *option));
  auto reversed = parse_cli11::with_empty_values(options, tokens);
  const auto last = reversed.empty() ? std::string{} : reversed.back();
  std::ranges::reverse(reversed);  // CLI11 takes its arguments from the back
  try {
    line.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch&) {
    return fail(Errc::usage, last + " needs a value", last);
  } catch (const CLI::Error& error) {
    return fail(Errc::usage, error.what());
  }
  RawLine raw;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (declared[i]->empty()) continue;
    auto values = declared[i]->results();
    if (options[i]->kind == ValueKind::none) {
      TRY(auto given, parse_cli11::switch_values(*options[i], values));
      values = std::move(given);
    }
    if (!values.empty()) raw.values.emplace_back(options[i], std::move(values));
  }
  line.sort_rest(raw);
  return raw;
}

}  // namespace llmgw::cli
