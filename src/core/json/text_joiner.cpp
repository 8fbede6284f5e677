#include "core/json/text_joiner.h"

#include <cstring>
#include <utility>

#include "core/json/utf8.h"

namespace llmgw::json {
namespace joining {

/// The first surrogate at or after `at`, or `end`.
const char* find_surrogate(const char* at, const char* end) {
  while (at != end) {
    const void* const hit = std::memchr(at, 0xED, static_cast<std::size_t>(end - at));
    if (hit == nullptr) return end;
    at = static_cast<const char*>(hit);
    if (utf8::is_surrogate(at, end)) return at;
    ++at;
  }
  return end;
}

}  // namespace joining

std::string TextJoiner::feed(std::string piece) {
  if (held_.empty() &&
      joining::find_surrogate(piece.data(), piece.data() + piece.size()) == piece.data() + piece.size()) {
    return piece;
  }
  const std::string text = std::exchange(held_, {}) + piece;
  const char* at = text.data();
  const char* const end = at + text.size();
  std::string out;
  out.reserve(text.size());
  while (at != end) {
    const char* const half = joining::find_surrogate(at, end);
    out.append(at, half);
    if (half == end) break;
    at = half + 3;
    const unsigned unit = utf8::surrogate(half);
    if (utf8::is_high(unit) && at == end) {
      held_.assign(half, end);
    } else if (utf8::is_high(unit) && utf8::is_surrogate(at, end) && utf8::is_low(utf8::surrogate(at))) {
      utf8::append(out, utf8::join(unit, utf8::surrogate(at)));
      at += 3;
    } else {
      out += utf8::replacement;
    }
  }
  return out;
}

std::string TextJoiner::flush() {
  if (held_.empty()) return {};
  held_.clear();
  return utf8::replacement;
}

}  // namespace llmgw::json
