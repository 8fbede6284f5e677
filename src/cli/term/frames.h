#pragma once

#include <string>
#include <string_view>

#include "cli/term/output.h"
#include "cli/term/terminal.h"

namespace llmgw::cli {

/// Draws one screen after another in the same place without flicker: each frame is one write that overwrites the old
/// one line by line, never an empty screen in between. Where the output is no terminal, frames follow each other.
class Frames {
 public:
  Frames(Output& out, const Terminal& terminal) : out_(out), terminal_(terminal) {}
  /// Gives the cursor back.
  ~Frames();
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  /// Shows this text; of one that is higher than the terminal the first lines.
  void show(std::string_view text);

 private:
  Output& out_;
  Terminal terminal_;
  bool begun_ = false;
};

}  // namespace llmgw::cli
