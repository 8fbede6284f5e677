#include "core/dialects/openai_chat/one_line.h"

#include "core/dialects/line_safe.h"

namespace llmgw::dialect::chat {
std::string one_line(std::string_view json) {
  std::string out;
  append_line_safe(out, json);
  for (char& c : out) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return out;
}

}  // namespace llmgw::dialect::chat
