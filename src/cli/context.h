#pragma once

#include <functional>
#include <memory>

#include "cli/term/input.h"
#include "cli/term/keyboard.h"
#include "cli/term/line_editor.h"
#include "cli/term/output.h"
#include "cli/term/terminal.h"
#include "core/base/clock.h"
#include "core/base/env.h"
#include "core/base/error.h"
#include "core/gpu/machine.h"
#include "core/net/foreground.h"

namespace llmgw::cli {

/// Everything from outside that a command may touch. Handed in, so that tests run commands without a process.
struct Context {
  Output& out;  ///< data
  Output& err;  ///< talk
  Input& in;
  const Env& env;
  const Clock& clock;
  Terminal out_terminal;
  Terminal err_terminal;
  /// Runs work that talks to servers; the value is the signal that ended it, or 0.
  std::function<Result<int>(const net::ClientWork&)> run_client;
  /// The editor of an interactive command.
  std::function<Result<std::unique_ptr<LineEditor>>(EditorOptions)> make_editor;
  /// The keyboard of a command that shows a screen; null where standard input is no terminal. Without it: none.
  std::function<std::unique_ptr<Keyboard>()> open_keyboard = {};
  /// Looks at the window of standard output again, which may have been made larger or smaller. Without it: it stays.
  std::function<Terminal()> look_again = {};
  /// What reads GPUs: drivers, /proc and /sys, other programs. What it gives may keep a reference to the environment.
  std::function<std::unique_ptr<gpu::Machine>(const Env&)> open_machine = {};

  /// Standard output as it is now; the colours stay what was decided.
  [[nodiscard]] Terminal window() const {
    if (!look_again || !out_terminal.tty) return out_terminal;
    auto now = look_again();
    now.colour = out_terminal.colour;
    return now;
  }
};

}  // namespace llmgw::cli
