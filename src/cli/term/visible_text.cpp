#include "cli/term/visible_text.h"

#include <algorithm>

namespace llmgw::cli {
namespace visible_text {

/// Bytes at the front that must not be shown, 0 when the front may be.
std::size_t hidden_at(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto first = byte(0);
  if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7f) return 1;
  // U+0080..U+009F are control characters too: some terminals read U+009B as ESC [.
  if (first == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
  // U+061C, U+200E, U+200F, U+202A..U+202E and U+2066..U+2069 (Unicode Standard Annex 9, section 2).
  if (first == 0xd8 && byte(1) == 0x9c) return 2;
  if (first != 0xe2) return 0;
  const bool marks = byte(1) == 0x80 && ((byte(2) >= 0xaa && byte(2) <= 0xae) || byte(2) == 0x8e || byte(2) == 0x8f);
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return marks || isolates ? 3 : 0;
}

/// The text with `by` in the place of each thing that must not be shown.
std::string replaced(std::string_view text, std::string_view by) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const auto hidden = hidden_at(text);
    if (hidden == 0) {
      clean += text.front();
    } else {
      clean += by;
    }
    text.remove_prefix(std::max<std::size_t>(hidden, 1));
  }
  return clean;
}

}  // namespace visible_text

std::string for_terminal(std::string_view text) { return visible_text::replaced(text, ""); }

std::string on_one_line(std::string_view text) {
  auto line = visible_text::replaced(text, " ");
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

}  // namespace llmgw::cli
