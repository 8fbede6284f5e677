#pragma once

#include <string_view>

#include "cli/arguments.h"
#include "cli/spec.h"

/// `-o` and `--json` of commands that print a result.
namespace llmgw::cli::output_options {

inline constexpr std::string_view text_json[] = {"text", "json"};
inline constexpr OptionSpec text_or_json{.name = "output",
                                         .letter = 'o',
                                         .kind = ValueKind::choice,
                                         .value = "FORMAT",
                                         .help = "how to print the result",
                                         .choices = text_json,
                                         .fallback = "text"};
inline constexpr OptionSpec json{.name = "json", .help = "same as -o json"};

/// True for `--json` and `-o json`.
inline bool wants_json(const Arguments& given, const OptionSpec& output = text_or_json) {
  return given.has(json) || given.text(output) == "json";
}

}  // namespace llmgw::cli::output_options
