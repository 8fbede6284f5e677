#pragma once

#include <string>
#include <string_view>

#include "core/base/env.h"

namespace llmgw::cli {

/// What one output stream is connected to.
struct Terminal {
  bool tty = false;
  bool colour = false;  ///< escape sequences for colour are wanted
  int columns = 80;
  int rows = 24;
};

/// `--color`.
enum class ColourChoice { automatic, always, never };

/// Decides for one stream: --color, then NO_COLOR (no-color.org: any non-empty value), then CLICOLOR_FORCE and
/// FORCE_COLOR, then CLICOLOR=0, then TERM (unset or dumb), then whether it is a terminal.
bool wants_colour(ColourChoice choice, const Env& env, bool tty);

/// Looks at a descriptor; the width comes from the terminal, else COLUMNS, else 80; the height from it, else 24.
Terminal look_at(int fd, const Env& env);

/// The styles that llmgw uses; 16-colour codes only, so that themes stay in charge.
enum class Style { bold, dim, red, green, yellow, cyan };

/// The text in a style, or the text alone where colour is not wanted.
std::string styled(const Terminal& terminal, Style style, std::string_view text);

}  // namespace llmgw::cli
