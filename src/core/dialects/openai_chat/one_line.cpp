#include "core/dialects/openai_chat/one_line.h"

namespace llmgw::dialect::chat {
namespace one_lines {

std::string_view line_separator_at(const char* at, const char* end) {
  const auto rest = std::string_view(at, static_cast<std::size_t>(end - at));
  if (rest.starts_with("\xE2\x80\xA8")) return "\\u2028";
  if (rest.starts_with("\xE2\x80\xA9")) return "\\u2029";
  return rest.starts_with("\xC2\x85") ? "\\u0085" : std::string_view{};
}

}  // namespace one_lines

void append_escaped(std::string& out, std::string_view bytes) {
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  for (const char* at = from; at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    const bool lead = byte == 0xE2 || byte == 0xC2;
    const auto escape = lead ? one_lines::line_separator_at(at, end) : std::string_view{};
    if (escape.empty()) {
      ++at;
      continue;
    }
    out.append(from, at);
    out += escape;
    at += byte == 0xE2 ? 3 : 2;
    from = at;
  }
  out.append(from, end);
}

std::string one_line(std::string_view json) {
  std::string out;
  append_escaped(out, json);
  for (char& c : out) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return out;
}

}  // namespace llmgw::dialect::chat
