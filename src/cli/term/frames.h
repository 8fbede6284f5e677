#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/term/output.h"
#include "cli/term/terminal.h"

namespace llmgw::cli {

/// Draws one screen after another in the same place without flicker: each frame is one write that overwrites the old
/// one line by line, never an empty screen in between. Where the output is no terminal, frames follow each other.
class Frames {
 public:
  /// Where the frames are drawn: over what stands in the terminal, or on its second screen, so that what stood there
  /// comes back at the end.
  enum class Screen : std::uint8_t { shared, own };

  Frames(Output& out, const Terminal& terminal, Screen screen = Screen::shared)
      : out_(out), terminal_(terminal), screen_(screen) {}
  /// Gives the cursor back, and the first screen.
  ~Frames();
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  /// The window has this size from now on.
  void resize(const Terminal& terminal);
  /// Shows this text; of one that is higher than the terminal the first lines, and how many more there are.
  void show(std::string_view text);

 private:
  Output& out_;
  Terminal terminal_;
  Screen screen_;
  bool begun_ = false;
  bool clear_ = true;  ///< what stands there is not a frame of this size
};

}  // namespace llmgw::cli
