#pragma once

#include <string_view>

#include "cli/spec.h"

/// Options that every command understands, before or after its name.
namespace llmgw::cli::global {

inline constexpr std::string_view colour_choices[] = {"auto", "always", "never"};

inline constexpr OptionSpec config{.name = "config",
                                   .kind = ValueKind::file,
                                   .value = "FILE",
                                   .help = "read this configuration file and no other; none reads no file",
                                   .variable = "LLMGW_CONFIG"};
inline constexpr OptionSpec colour{.name = "color",
                                   .kind = ValueKind::choice,
                                   .value = "WHEN",
                                   .help = "colour the output",
                                   .choices = colour_choices,
                                   .fallback = "auto"};
inline constexpr OptionSpec quiet{.name = "quiet", .letter = 'q', .help = "say nothing but errors"};
inline constexpr OptionSpec short_help{.name = {}, .letter = 'h', .help = "short help"};
inline constexpr OptionSpec help{.name = "help", .help = "full help, examples first"};
inline constexpr OptionSpec version{.name = "version", .letter = 'V', .help = "the version"};

}  // namespace llmgw::cli::global
