#pragma once

#include <span>
#include <string_view>

namespace llmgw::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_internal = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_rejected = 9;
inline constexpr int exit_check_failed = 10;
inline constexpr int exit_partial = 11;
inline constexpr int exit_inconclusive = 12;
inline constexpr int exit_invalid_run = 13;
inline constexpr int exit_interrupted = 130;
inline constexpr int exit_broken_pipe = 141;
inline constexpr int exit_terminated = 143;

/// What a program exits with that a signal ended, as shells report it.
constexpr int exit_of_signal(int number) { return 128 + number; }

/// One row of the table that every command follows.
struct ExitCode {
  int code;
  std::string_view name;  ///< `error.class` of JSON errors
  std::string_view when;
};

/// The whole table, by code.
std::span<const ExitCode> exit_codes();

/// The row of a code; codes that are not in the table read as internal errors.
const ExitCode& exit_code_row(int code);

}  // namespace llmgw::cli
