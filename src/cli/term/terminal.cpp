#include "cli/term/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>

namespace llmgw::cli {
namespace terminal {

constexpr int default_columns = 80;

bool forced(const Env& env, std::string_view name) {
  const auto value = env.non_empty(name);
  return value && *value != "0";
}

int columns_of(int fd, const Env& env) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto text = env.get("COLUMNS").value_or("");
  int columns = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), columns);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole && columns > 0 ? columns : default_columns;
}

int rows_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : Terminal{}.rows;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::bold: return "\x1b[1m";
    case Style::dim: return "\x1b[2m";
    case Style::red: return "\x1b[31m";
    case Style::green: return "\x1b[32m";
    case Style::yellow: return "\x1b[33m";
    case Style::cyan: return "\x1b[36m";
  }
  return "";
}

}  // namespace terminal

bool wants_colour(ColourChoice choice, const Env& env, bool tty) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  if (env.non_empty("NO_COLOR")) return false;
  if (terminal::forced(env, "CLICOLOR_FORCE") || terminal::forced(env, "FORCE_COLOR")) return true;
  if (env.get("CLICOLOR") == "0") return false;
  const auto term = env.non_empty("TERM");
  return tty && term && *term != "dumb";
}

Terminal look_at(int fd, const Env& env) {
  Terminal seen;
  seen.tty = ::isatty(fd) == 1;
  seen.colour = wants_colour(ColourChoice::automatic, env, seen.tty);
  seen.columns = terminal::columns_of(fd, env);
  seen.rows = terminal::rows_of(fd);
  return seen;
}

std::string styled(const Terminal& terminal, Style style, std::string_view text) {
  if (!terminal.colour) return std::string(text);
  return std::string(terminal::code_of(style)) + std::string(text) + "\x1b[0m";
}

}  // namespace llmgw::cli
