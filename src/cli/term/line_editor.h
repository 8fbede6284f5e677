#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace llmgw::cli {

/// What a person entered.
struct LineRead {
  enum class Kind {
    text,         ///< a draft was sent with Enter; it may hold line feeds
    interrupted,  ///< Ctrl-C: the draft was put away
    end,          ///< Ctrl-D on an empty line, or the terminal is gone
  };
  Kind kind = Kind::end;
  std::string text = {};
};

/// Reads drafts from a person. Alt-Enter and Ctrl-J break the line, pasted text is taken as it is, Up and Ctrl-R reach
/// the history.
class LineEditor {
 public:
  virtual ~LineEditor() = default;
  virtual LineRead read(const std::string& prompt) = 0;
  /// Adds to the history and its file.
  virtual void remember(const std::string& text) = 0;
};

/// What an editor starts with.
struct EditorOptions {
  std::string history_file;              ///< made with mode 0600; empty: none is kept
  std::vector<std::string> completions;  ///< what Tab offers for the first word
  bool marked_paste = true;              ///< ask the terminal to mark what is pasted
};

/// An editor on the terminal of standard input and output, made with libedit.
Result<std::unique_ptr<LineEditor>> make_line_editor(EditorOptions options);

}  // namespace llmgw::cli
