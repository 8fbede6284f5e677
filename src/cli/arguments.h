#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/spec.h"

namespace llmgw::cli {

/// What a command line (and the variables behind options) says. Values have been checked against their kinds, so
/// reading them cannot fail. Options are looked up by their OptionSpec object.
class Arguments {
 public:
  explicit Arguments(const CommandSpec& command) : command_(&command) {}

  /// The command that was named.
  [[nodiscard]] const CommandSpec& command() const { return *command_; }
  /// A switch that was given, or any option that has a value.
  [[nodiscard]] bool has(const OptionSpec& option) const;
  /// The same, without what came from a variable of the environment.
  [[nodiscard]] bool on_command_line(const OptionSpec& option) const {
    return has(option) && !from_environment_.contains(&option);
  }
  /// How often an option was given.
  [[nodiscard]] std::size_t count(const OptionSpec& option) const;
  /// The value; the last one where it was given several times.
  [[nodiscard]] std::optional<std::string> text(const OptionSpec& option) const;
  [[nodiscard]] std::optional<std::int64_t> integer(const OptionSpec& option) const;
  [[nodiscard]] std::optional<double> number(const OptionSpec& option) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(const OptionSpec& option) const;
  /// All values of a repeatable option, in order.
  [[nodiscard]] std::vector<std::string> all(const OptionSpec& option) const;
  /// All values of a repeatable `pair` option, split at the first `=`.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs(const OptionSpec& option) const;
  /// Positional arguments.
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

  void set(const OptionSpec& option, std::vector<std::string> values) { values_[&option] = std::move(values); }
  void set_from_environment(const OptionSpec& option, std::string value) {
    set(option, {std::move(value)});
    from_environment_.insert(&option);
  }
  void set_words(std::vector<std::string> words) { words_ = std::move(words); }

 private:
  const CommandSpec* command_;
  std::map<const OptionSpec*, std::vector<std::string>> values_;
  std::set<const OptionSpec*> from_environment_;
  std::vector<std::string> words_;
};

/// Checks one value against the option's kind; the message says what is expected.
Result<> check_value(const OptionSpec& option, std::string_view value);

}  // namespace llmgw::cli
