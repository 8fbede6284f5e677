#include "cli/commands/bench/progress.h"

#include <fmt/format.h>

#include "core/net/pause.h"

namespace llmgw::cli::bench_command {
namespace progress {

constexpr double ns_per_s = 1e9;
constexpr std::string_view wipe = "\r\x1b[K";

/// How far the run is: by the limit that it has.
std::string of_limit(const bench::Recording& recording, const bench::Load& load, double seconds) {
  if (load.duration) {
    return fmt::format("{:.0f}/{:.0f} s", seconds, static_cast<double>(load.duration->count()) / ns_per_s);
  }
  return fmt::format("{:.0f} s  {}/{}", seconds, recording.finished, load.requests.value_or(0));
}

}  // namespace progress

std::string progress_line(const bench::Recording& recording, const bench::Load& load, bench::Moment now) {
  if (recording.begin == 0) return fmt::format("warming up: {} done", recording.warmed_up);
  const double seconds = static_cast<double>(now - recording.begin) / progress::ns_per_s;
  const double per_second = seconds > 0 ? static_cast<double>(recording.finished - recording.failed) / seconds : 0;
  return fmt::format("{}  {} in flight  {} ok  {} failed  {:.1f} req/s", progress::of_limit(recording, load, seconds),
                     recording.in_flight, recording.finished - recording.failed, recording.failed, per_second);
}

net::Task<> show_progress(Context& context, const bench::Recording& recording, const bench::Load& load) {
  constexpr std::chrono::milliseconds every{250};
  for (;;) {
    const auto line = progress_line(recording, load, context.clock.now_ns());
    const auto width = static_cast<std::size_t>(std::max(context.err_terminal.columns - 1, 1));
    context.err.write(fmt::format("{}{}", progress::wipe, line.substr(0, width)));
    context.err.flush();
    const auto waited = co_await net::pause(every);
    if (!waited) break;
  }
  context.err.write(progress::wipe);
  context.err.flush();
}

}  // namespace llmgw::cli::bench_command
