#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/json/writer.h"

namespace llmgw::cli {

class Output;

/// A command that did not succeed: the error, what lies behind it, and what to try.
struct Failure {
  Failure(Error what) : error(std::move(what)) {}  // NOLINT: an Error is a Failure without advice
  Failure(Errc code, std::string message, std::string advice = {})
      : error(fail(code, std::move(message)).error()), hint(std::move(advice)) {}

  Error error;
  std::string cause;       ///< the other side's words: `HTTP 401 invalid_api_key, request r1`; may be empty
  std::string hint;        ///< a command or a change that may help; may be empty
  std::string request_id;  ///< of the failed exchange, or empty
  int http_status = 0;     ///< of the failed exchange, or 0
  int exit_code = 0;       ///< replaces the error class's; 0 = the class's

  /// The exit code of the program.
  [[nodiscard]] int exit() const { return exit_code != 0 ? exit_code : error_class(error.code).exit_code; }
};

/// What a command comes to: an exit code (0, or 10..13 for a check that says no) or a failure.
using Outcome = std::expected<int, Failure>;

/// The same for steps on the way that bring a value.
template <class T>
using Step = std::expected<T, Failure>;

/// Builds the failure branch of an Outcome or a Step.
inline std::unexpected<Failure> give_up(Errc code, std::string message, std::string hint = {}) {
  return std::unexpected(Failure(code, std::move(message), std::move(hint)));
}

/// How a failure is told.
enum class ReportStyle {
  people,
  json,
  plugin,  ///< to a monitoring system, which reads one line of standard output and an exit code
};

/// The exit code of a monitoring plugin that can say nothing: 1 and 2 would be read as warning and critical
/// (www.monitoring-plugins.org/doc/guidelines.html, "Plugin Return Codes").
inline constexpr int plugin_unknown = 3;

/// Writes the failure as the value of `error` in JSON: class, exit code, HTTP status, code, message and what else is
/// known.
void write_failure(json::Writer& json, const Failure& failure);

/// Writes the failure: `llmgw: error: ...` with `cause:` and `try:` lines, or one JSON object on one line.
void report(Output& out, const Failure& failure, ReportStyle style);

/// The line that a monitoring system shows for a failure.
std::string plugin_line(const Failure& failure);

}  // namespace llmgw::cli
