#pragma once

#include <array>
#include <string_view>

#include "cli/spec.h"

/// Options of commands that ask a model.
namespace llmgw::cli::request_options {

inline constexpr std::string_view efforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

inline constexpr OptionSpec model{.name = "model",
                                  .letter = 'm',
                                  .kind = ValueKind::text,
                                  .value = "NAME",
                                  .help = "the model's exact name",
                                  .fallback = "the profile's, else the only one the server lists",
                                  .variable = "LLMGW_MODEL"};
inline constexpr OptionSpec system{.name = "system",
                                   .letter = 's',
                                   .kind = ValueKind::text,
                                   .value = "TEXT",
                                   .help = "system prompt; @FILE reads it from a file"};
inline constexpr OptionSpec max_tokens{
    .name = "max-tokens", .kind = ValueKind::integer, .value = "N", .help = "longest answer in tokens", .least = 1};
inline constexpr OptionSpec temperature{
    .name = "temperature", .kind = ValueKind::number, .value = "X", .help = "sampling temperature"};
inline constexpr OptionSpec top_p{.name = "top-p", .kind = ValueKind::number, .value = "X", .help = "nucleus sampling"};
inline constexpr OptionSpec stop{.name = "stop",
                                 .kind = ValueKind::text,
                                 .value = "TEXT",
                                 .help = "end the answer before this text",
                                 .repeatable = true};
inline constexpr OptionSpec seed{
    .name = "seed", .kind = ValueKind::integer, .value = "N", .help = "seed of the sampling, where servers have one"};
inline constexpr OptionSpec effort{.name = "effort",
                                   .kind = ValueKind::choice,
                                   .value = "LEVEL",
                                   .help = "how much to reason",
                                   .choices = efforts,
                                   .fallback = "the model's"};
inline constexpr OptionSpec field{.name = "option",
                                  .letter = 'O',
                                  .kind = ValueKind::pair,
                                  .value = "NAME=JSON",
                                  .help = "set any field of the request; what is no JSON is a text",
                                  .repeatable = true};

/// All of them.
inline constexpr std::array all{&model, &system, &max_tokens, &temperature, &top_p, &stop, &seed, &effort, &field};

}  // namespace llmgw::cli::request_options
