#include "cli/term/frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmgw::cli {
namespace frames {

// Control sequences of ECMA-48 and xterm. 2026 is the synchronized update that newer terminals know and older ones pass
// over: the frame appears as a whole.
constexpr std::string_view hide_cursor = "\x1b[?25l";
constexpr std::string_view show_cursor = "\x1b[?25h";
constexpr std::string_view begin_update = "\x1b[?2026h";
constexpr std::string_view end_update = "\x1b[?2026l";
constexpr std::string_view second_screen = "\x1b[?1049h";
constexpr std::string_view first_screen = "\x1b[?1049l";
constexpr std::string_view clear_screen = "\x1b[2J";
constexpr std::string_view to_top = "\x1b[H";
constexpr std::string_view clear_rest_of_line = "\x1b[K";
constexpr std::string_view clear_below = "\x1b[J";

/// So many lines of the text; where it has more, the last one says how many.
std::string beginning(std::string_view text, std::size_t most) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + (text.ends_with('\n') ? 0 : 1);
  if (lines <= most) return std::string(text);
  std::size_t end = 0;
  for (std::size_t line = 1; line < most; ++line) end = text.find('\n', end) + 1;
  return fmt::format("{}({} more lines)\n", text.substr(0, end), lines - most + 1);
}

}  // namespace frames

Frames::~Frames() {
  if (!begun_ || !terminal_.tty) return;
  if (screen_ == Screen::own) out_.write(frames::first_screen);
  out_.write(frames::show_cursor);
  out_.flush();
}

void Frames::resize(const Terminal& terminal) {
  clear_ = clear_ || terminal.columns != terminal_.columns || terminal.rows != terminal_.rows;
  terminal_ = terminal;
}

void Frames::show(std::string_view text) {
  std::string frame;
  if (!terminal_.tty) {
    if (begun_) frame += "\n";
    frame += text;
  } else {
    frame += frames::begin_update;
    if (!begun_ && screen_ == Screen::own) frame += frames::second_screen;
    if (!begun_) frame += frames::hide_cursor;
    if (clear_) frame += frames::clear_screen;
    clear_ = false;
    frame += frames::to_top;
    // The last row stays free: a line feed there would scroll.
    const auto fitting = frames::beginning(text, static_cast<std::size_t>(std::max(terminal_.rows - 1, 1)));
    for (std::string_view rest = fitting; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      frame.append(rest.substr(0, end)).append(frames::clear_rest_of_line).append("\n");
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    frame.append(frames::clear_below).append(frames::end_update);
  }
  begun_ = true;
  out_.write(frame);
  out_.flush();
}

}  // namespace llmgw::cli
