#include "core/ir/notes.h"

#include <algorithm>

namespace llmgw::ir {
namespace notes {

constexpr std::size_t max_kept = 128;
constexpr std::size_t max_in_header = 8;
constexpr std::size_t max_header_bytes = 1024;
constexpr std::size_t max_detail_bytes = 200;

// Field names come from the client, and a header value takes visible ASCII only.
void append_visible(std::string& out, std::string_view text) {
  for (const char c : text) out += (c > ' ' && c < 0x7f && c != ',' && c != '=') ? c : '_';
}

}  // namespace notes

std::string_view action_name(NoteAction action) {
  switch (action) {
    case NoteAction::dropped: return "dropped";
    case NoteAction::clamped: return "clamped";
    case NoteAction::renamed: return "renamed";
    case NoteAction::approximated: return "approximated";
    case NoteAction::moved: return "moved";
    case NoteAction::added: return "added";
    case NoteAction::estimated: return "estimated";
  }
  return "dropped";
}

void Notes::add(std::string path, NoteAction action, std::string detail) {
  const bool first_dropped = action == NoteAction::dropped && !has_dropped_;
  if (notes_.size() >= notes::max_kept && !first_dropped) return;
  const bool known =
      std::ranges::any_of(notes_, [&](const Note& note) { return note.action == action && note.path == path; });
  if (known) return;
  if (detail.size() > notes::max_detail_bytes) detail.resize(notes::max_detail_bytes);
  has_dropped_ = has_dropped_ || action == NoteAction::dropped;
  notes_.push_back({std::move(path), action, std::move(detail)});
}

std::string Notes::header() const {
  std::string out;
  std::size_t written = 0;
  for (const auto& note : notes_) {
    std::string item;
    notes::append_visible(item, note.path);
    item += '=';
    item += action_name(note.action);
    const auto needed = item.size() + (out.empty() ? 0 : 2);
    if (written == notes::max_in_header || out.size() + needed > notes::max_header_bytes) break;
    if (!out.empty()) out += ", ";
    out += item;
    ++written;
  }
  return out;
}

Result<> Notes::strict() const {
  const auto dropped = std::ranges::find(notes_, NoteAction::dropped, &Note::action);
  if (dropped == notes_.end()) return {};
  std::string message = "the upstream's format cannot carry '" + dropped->path + "'";
  if (!dropped->detail.empty()) message += " (" + dropped->detail + ")";
  message += "; remove it, or turn strict mode off to have it dropped with a note";
  return fail(Errc::invalid_request, std::move(message), dropped->path, "unsupported_parameter");
}

}  // namespace llmgw::ir
