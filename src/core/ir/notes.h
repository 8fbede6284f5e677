#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace llmgw::ir {

/// What translation did to a field that the other format cannot carry as it is.
enum class NoteAction : std::uint8_t { dropped, clamped, renamed, approximated, moved, added, estimated };

/// One loss or change.
struct Note {
  std::string path;  ///< dotted path in the client's request
  NoteAction action = NoteAction::dropped;
  std::string detail;  ///< for the log; at most 200 bytes of client data
};

/// Everything that translation changed in one exchange. Nothing is dropped in silence: notes go to the log and, at
/// most eight, to the `x-llmgw-notes` header. A request can hold millions of fields that do not cross: the first 128
/// notes are kept, and the first dropped field in any case.
class Notes {
 public:
  void add(std::string path, NoteAction action, std::string detail = {});
  [[nodiscard]] bool empty() const { return notes_.empty(); }
  [[nodiscard]] const std::vector<Note>& all() const { return notes_; }
  /// `path=action, ...`: at most eight notes and 1024 visible ASCII characters.
  [[nodiscard]] std::string header() const;
  /// In strict mode the first dropped field is an error: 400 `unsupported_parameter` naming it.
  [[nodiscard]] Result<> strict() const;

 private:
  std::vector<Note> notes_;
  bool has_dropped_ = false;
};

/// The word of an action.
std::string_view action_name(NoteAction action);

}  // namespace llmgw::ir
