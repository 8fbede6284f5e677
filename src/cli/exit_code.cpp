#include "cli/exit_code.h"

#include <algorithm>
#include <array>

namespace llmgw::cli {
namespace exit_code {

// Signals are 128 plus their number, as shells report them.
constexpr std::array rows{
    ExitCode{exit_ok, "ok", "success"},
    ExitCode{exit_internal, "internal", "an internal error, or the output could not be written"},
    ExitCode{exit_usage, "usage", "wrong command line, or a terminal is needed and there is none"},
    ExitCode{3, "config", "wrong configuration, unknown profile, a named variable that is unset"},
    ExitCode{4, "auth", "no key, or the key was refused (HTTP 401, 403)"},
    ExitCode{5, "not_found", "no such model, file or object (HTTP 404)"},
    ExitCode{6, "limited", "rate limit, quota or budget (HTTP 402, 429)"},
    ExitCode{7, "upstream", "the server failed, or broke off its answer (HTTP 5xx, bad JSON, cut stream)"},
    ExitCode{8, "network", "DNS, connection, TLS, a time limit, or an occupied port"},
    ExitCode{exit_rejected, "rejected", "the request was refused as it is (HTTP 400, 413, 422), or --fail-on"},
    ExitCode{exit_check_failed, "check_failed", "a check said no: a missed SLO, an unhealthy target"},
    ExitCode{11, "partial", "some items or targets failed, others succeeded"},
    ExitCode{exit_inconclusive, "inconclusive", "the check could not be decided"},
    ExitCode{exit_invalid_run, "invalid_run", "the load generator was the bottleneck, so its figures mean nothing"},
    ExitCode{exit_interrupted, "interrupted", "SIGINT (Ctrl-C)"},
    ExitCode{exit_broken_pipe, "broken_pipe", "SIGPIPE: the reader of the output went away"},
    ExitCode{exit_terminated, "terminated", "SIGTERM"},
};

}  // namespace exit_code

std::span<const ExitCode> exit_codes() { return exit_code::rows; }

const ExitCode& exit_code_row(int code) {
  const auto found = std::ranges::find(exit_code::rows, code, &ExitCode::code);
  return found == exit_code::rows.end() ? exit_code::rows[exit_internal] : *found;
}

}  // namespace llmgw::cli
