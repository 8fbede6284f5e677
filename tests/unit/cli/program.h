#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/app.h"

/// Runs the program in this process with everything around it made up.
namespace program {

struct Ran {
  int code = 0;
  std::string out = {};
  std::string err = {};
};

/// What surrounds the program; the defaults are a pipe on each side and an empty environment.
struct Surroundings {
  llmgw::FixedEnv::Variables variables = {};
  std::string input = {};
  llmgw::cli::InputKind input_kind = llmgw::cli::InputKind::pipe;
  bool silent_input = false;
  bool terminal = false;
  int columns = 80;
  std::function<llmgw::Result<int>(const llmgw::net::ClientWork&)> run_client = {};
  std::function<llmgw::Result<std::unique_ptr<llmgw::cli::LineEditor>>(llmgw::cli::EditorOptions)> make_editor = {};
  std::function<std::unique_ptr<llmgw::cli::Keyboard>()> open_keyboard = {};
  std::function<llmgw::cli::Terminal()> look_again = {};
  std::function<std::unique_ptr<llmgw::gpu::Machine>(const llmgw::Env&)> open_machine = {};
};

inline Ran run(const std::vector<std::string>& args, const Surroundings& around = {}) {
  llmgw::cli::StringOutput out;
  llmgw::cli::StringOutput err;
  llmgw::cli::StringInput in(around.input, around.input_kind, around.silent_input);
  const llmgw::FixedEnv env(around.variables);
  const llmgw::SystemClock clock;
  const llmgw::cli::Terminal terminal{.tty = around.terminal, .colour = false, .columns = around.columns};
  const int code = llmgw::cli::run_command_line(args, {.out = out,
                                                       .err = err,
                                                       .in = in,
                                                       .env = env,
                                                       .clock = clock,
                                                       .out_terminal = terminal,
                                                       .err_terminal = terminal,
                                                       .run_client = around.run_client,
                                                       .make_editor = around.make_editor,
                                                       .open_keyboard = around.open_keyboard,
                                                       .look_again = around.look_again,
                                                       .open_machine = around.open_machine});
  return {code, out.text(), err.text()};
}

}  // namespace program
