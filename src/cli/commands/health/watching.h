#pragma once

#include "cli/context.h"
#include "cli/term/frames.h"
#include "core/health/changes.h"
#include "core/health/report.h"

namespace llmgw::cli::health_command {

/// What `--watch` shows of every run: on a terminal the table in the same place, else a JSON line for each change of a
/// state.
class Watching {
 public:
  /// `format` is `table` or `wide`, which are drawn on a terminal, or `jsonl`; `runs` must show a state before it
  /// counts.
  Watching(Context& context, std::string format, std::int64_t runs, net::milliseconds every);
  void show(const health::Report& report);

 private:
  Context& context_;
  std::string format_;
  net::milliseconds every_;
  health::Changes changes_;
  Frames frames_;
  std::string last_change_;
};

}  // namespace llmgw::cli::health_command
