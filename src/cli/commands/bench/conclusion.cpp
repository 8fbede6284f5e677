#include "cli/commands/bench/conclusion.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"

namespace llmgw::cli::bench_command {
namespace concluding {

using bench::FailureClass;

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;

Errc refused_with(int status) {
  if (status == unauthorized || status == forbidden) return Errc::authentication;
  return status == not_found ? Errc::not_found : Errc::invalid_request;
}

Errc code_of(const bench::Sample& sample) {
  switch (sample.failure) {
    case FailureClass::connect: return Errc::network;
    case FailureClass::timeout_ttft:
    case FailureClass::timeout_idle:
    case FailureClass::timeout_total: return Errc::timeout;
    case FailureClass::http_4xx: return refused_with(sample.status);
    case FailureClass::http_429: return Errc::rate_limit;
    default: return Errc::upstream_error;
  }
}

Failure all_failed(const bench::Report& report, const bench::Recording& recording) {
  const auto& counts = report.stats.counts;
  const auto* most = std::ranges::max_element(counts.by_class);
  const auto worst = static_cast<FailureClass>(most - counts.by_class.begin());
  const auto found = std::ranges::find(recording.samples, worst, &bench::Sample::failure);
  if (counts.attempted == 0 || found == recording.samples.end()) {
    return Failure(Errc::timeout, "no request ended before the run did", "a longer --duration or --grace");
  }
  return Failure(code_of(*found), fmt::format("all {} requests failed: {}", counts.attempted, found->message));
}

}  // namespace concluding

Outcome outcome_of(const bench::Report& report, const bench::Recording& recording, bool strict) {
  switch (report.conclusion) {
    case bench::Conclusion::interrupted: return exit_interrupted;
    case bench::Conclusion::invalid: return exit_invalid_run;
    case bench::Conclusion::all_failed: return std::unexpected(concluding::all_failed(report, recording));
    case bench::Conclusion::slo_missed: return exit_check_failed;
    case bench::Conclusion::partial: return exit_partial;
    case bench::Conclusion::inconclusive: return strict ? exit_inconclusive : exit_ok;
    case bench::Conclusion::ok: return exit_ok;
  }
  return exit_internal;
}

}  // namespace llmgw::cli::bench_command
