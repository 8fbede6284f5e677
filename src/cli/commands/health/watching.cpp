#include "cli/commands/health/watching.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/term/columns.h"
#include "cli/term/visible_text.h"
#include "core/base/clock.h"

namespace llmgw::cli::health_command {
namespace watching {

constexpr std::size_t clock_begins = 11;  // of 2026-11-21T09:30:00Z
constexpr std::size_t clock_size = 8;

std::string time_of_day(std::int64_t unix_s) { return rfc3339(unix_s).substr(clock_begins, clock_size); }

std::string in_words(const health::Change& change) {
  const auto check = change.outcome != nullptr ? " " + std::string(change.outcome->check->id) : std::string();
  return fmt::format("{}{} {} -> {}", on_one_line(change.target->name), check, health::state_name(*change.before),
                     health::state_name(change.now));
}

/// No line wider than the terminal: a wrapped one would move all below it.
std::string narrowed(std::string_view text, int columns) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out += clipped(text.substr(0, end), static_cast<std::size_t>(std::max(columns, 1))) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace watching

Watching::Watching(Context& context, std::string format, std::int64_t runs, net::milliseconds every)
    : context_(context),
      format_(std::move(format)),
      every_(every),
      changes_(runs),
      frames_(context.out, context.out_terminal) {}

void Watching::show(const health::Report& report) {
  const auto changes = changes_.note(report.targets);
  if (format_ == "jsonl") {
    for (const auto& change : changes) context_.out.write(health::change_line(change, report.unix_s));
    context_.out.flush();
    return;
  }
  for (const auto& change : changes) {
    if (!change.before) continue;
    last_change_ = fmt::format("  last change {} {}", watching::time_of_day(report.unix_s), watching::in_words(change));
  }
  const auto head = fmt::format("{} UTC, every {}, Ctrl-C ends{}", watching::time_of_day(report.unix_s),
                                duration_text(every_), last_change_);
  const auto table = health::find_format(format_)->write(report);
  const auto window = context_.window();
  frames_.resize(window);
  frames_.show(watching::narrowed(for_terminal(head + "\n\n" + table), window.columns));
}

}  // namespace llmgw::cli::health_command
