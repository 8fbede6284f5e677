#include "core/json/unescape.h"

#include <cstring>

#include "core/json/utf8.h"

namespace llmgw::json {
namespace unescaping {

unsigned hex4(const char* at) {
  unsigned unit = 0;
  for (int i = 0; i < 4; ++i) {
    const auto c = static_cast<unsigned char>(at[i]);
    unit = unit << 4U | (c <= '9' ? c - '0' : (c | 0x20U) - 'a' + 10U);
  }
  return unit;
}

char simple(char escape) {
  switch (escape) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return escape;
  }
}

/// Decodes the escape at `at` (a backslash) and answers where it ends.
const char* one(std::string& out, const char* at, const char* end) {
  if (at[1] != 'u') {
    out.push_back(simple(at[1]));
    return at + 2;
  }
  const unsigned unit = hex4(at + 2);
  at += 6;
  if (utf8::is_high(unit) && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
    const unsigned low = hex4(at + 2);
    if (utf8::is_low(low)) {
      utf8::append(out, utf8::join(unit, low));
      return at + 6;
    }
  }
  utf8::append(out, unit);
  return at;
}

}  // namespace unescaping

void unescape(std::string& out, std::string_view inside) {
  const char* at = inside.data();
  const char* const end = at + inside.size();
  while (at != end) {
    const void* const hit = std::memchr(at, '\\', static_cast<std::size_t>(end - at));
    const char* const backslash = hit == nullptr ? end : static_cast<const char*>(hit);
    out.append(at, backslash);
    at = backslash == end ? end : unescaping::one(out, backslash, end);
  }
}

}  // namespace llmgw::json
