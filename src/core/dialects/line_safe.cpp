#include "core/dialects/line_safe.h"

#include <algorithm>

#include "core/dialects/tools.h"

namespace llmgw::dialect {
namespace line_safe {

struct Separator {
  std::size_t length = 0;
  std::string_view escaped;
};

Separator separator_at(std::string_view text) {
  if (text.starts_with("\xC2\x85")) return {2, "\\u0085"};
  if (text.starts_with("\xE2\x80\xA8")) return {3, "\\u2028"};
  if (text.starts_with("\xE2\x80\xA9")) return {3, "\\u2029"};
  return {};
}

// Both lead bytes are common in prose (accents, dashes), so the pairs are looked for, not the bytes.
std::size_t next_candidate(std::string_view text, std::size_t from) {
  const auto next_line = text.find("\xC2\x85", from);
  return std::min(next_line, text.substr(0, next_line).find("\xE2\x80", from));
}

}  // namespace line_safe

void append_line_safe(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  auto at = line_safe::next_candidate(text, 0);
  while (at != std::string_view::npos) {
    const auto separator = line_safe::separator_at(text.substr(at));
    if (separator.length > 0) {
      out += text.substr(copied, at - copied);
      out += separator.escaped;
      copied = at + separator.length;
    }
    at = line_safe::next_candidate(text, at + 2);
  }
  out += text.substr(copied);
}

void append_frame(std::string& out, const sse::Frame& frame) {
  append_line_safe(out, frame.raw);
  if (frame.unterminated) out += "\n\n";
}

void append_one_line(std::string& out, std::string_view json) { append_line_safe(out, compact_json(json)); }

}  // namespace llmgw::dialect
