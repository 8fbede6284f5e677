#pragma once

#include "cli/term/input.h"
#include "cli/term/output.h"
#include "cli/term/terminal.h"
#include "core/base/clock.h"
#include "core/base/env.h"

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
};

}  // namespace llmgw::cli
