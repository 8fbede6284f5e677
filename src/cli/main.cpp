#include <fcntl.h>

#include <clocale>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "cli/app.h"

namespace llmgw::cli::standard_streams {

/// A standard stream that is closed would become the first socket or file that is opened, and take what is written to
/// the stream. In its place stands one that can be read (it is at its end) and not be written to.
void keep() {
  for (const int fd : {0, 1, 2}) {
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);  // NOLINT: the lowest free number, which is fd
  }
}

}  // namespace llmgw::cli::standard_streams

int main(int argc, char** argv) {
  llmgw::cli::standard_streams::keep();
  // The character type alone: it makes libedit read UTF-8. Numbers keep their point in every locale.
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");  // LANG=C says nothing about the terminal's bytes
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  llmgw::ProcessEnv env;
  llmgw::SystemClock clock;
  llmgw::cli::FdOutput out(1);
  llmgw::cli::FdOutput err(2);
  llmgw::cli::FdInput in(0);
  // The proxies that the environment names count for client commands as they do for serve.
  const auto in_foreground = [&env](const llmgw::net::ClientWork& work) {
    llmgw::net::ClientOptions options;
    options.proxies = llmgw::net::proxies_from([&env](std::string_view name) { return env.get(name); });
    return llmgw::net::run_in_foreground(work, std::move(options));
  };
  return llmgw::cli::run_command_line(args, {.out = out,
                                             .err = err,
                                             .in = in,
                                             .env = env,
                                             .clock = clock,
                                             .out_terminal = llmgw::cli::look_at(1, env),
                                             .err_terminal = llmgw::cli::look_at(2, env),
                                             .run_client = in_foreground,
                                             .make_editor = llmgw::cli::make_line_editor,
                                             .open_keyboard = llmgw::cli::open_keyboard,
                                             .look_again = [&env] { return llmgw::cli::look_at(1, env); },
                                             .open_machine = llmgw::gpu::system_machine});
}
