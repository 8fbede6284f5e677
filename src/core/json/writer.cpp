#include "core/json/writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/json/scan.h"
#include "core/json/utf8.h"

namespace llmgw::json {
namespace writing {

constexpr std::string_view key_end = "\":";

void append_unicode_escape(std::string& out, unsigned unit) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += "\\u";
  for (unsigned shift = 16; shift != 0; shift -= 4) out += hex[unit >> (shift - 4) & 0xFU];
}

void append_ascii_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_unicode_escape(out, static_cast<unsigned char>(c));
  }
}

/// Appends one surrogate, or a pair of them as the character it makes; answers the bytes used.
std::size_t append_surrogates(std::string& out, const char* at, const char* end) {
  if (utf8::is_high(utf8::surrogate(at)) && utf8::is_surrogate(at + 3, end) && utf8::is_low(utf8::surrogate(at + 3))) {
    utf8::append(out, utf8::join(utf8::surrogate(at), utf8::surrogate(at + 3)));
    return 6;
  }
  out += utf8::replacement;
  return 3;
}

/// Length of the start of a sequence that is ill-formed: its bytes share one U+FFFD, as the Unicode standard
/// recommends (section 3.9, "U+FFFD substitution of maximal subparts").
std::size_t ill_formed_length(const char* at, const char* end) {
  const auto lead = static_cast<unsigned char>(*at);
  const std::size_t wanted = lead >= 0xF0 && lead <= 0xF4 ? 3 : lead >= 0xE0 && lead < 0xF0 ? 2 : 1;
  std::size_t length = 1;
  while (length < wanted && at + length != end) {
    const auto byte = static_cast<unsigned char>(at[length]);
    if ((byte & 0xC0U) != 0x80U) break;
    if (length == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xED && byte >= 0xA0) ||
                        (lead == 0xF0 && byte < 0x90) || (lead == 0xF4 && byte >= 0x90))) {
      break;
    }
    ++length;
  }
  return length;
}

/// Appends the non-ASCII text at `at`; answers where it ends.
const char* append_wide(std::string& out, const char* at, const char* end) {
  const char* start = at;  // of what is fit to be copied as it is
  while (at != end && static_cast<unsigned char>(*at) >= 0x80) {
    const std::size_t length = utf8::length(at, end);
    const bool next_line = length == 2 && at[0] == '\xC2' && at[1] == '\x85';
    const bool separator = length == 3 && at[0] == '\xE2' && at[1] == '\x80' && (at[2] == '\xA8' || at[2] == '\xA9');
    if (length != 0 && !next_line && !separator) {
      at += length;
      continue;
    }
    out.append(start, at);
    if (next_line || separator) {
      append_unicode_escape(out, next_line ? 0x85U : 0x2000U | static_cast<unsigned>(at[2] & 0x3F));
      at += length;
    } else if (utf8::is_surrogate(at, end)) {
      at += append_surrogates(out, at, end);
    } else {
      out += utf8::replacement;
      at += ill_formed_length(at, end);
    }
    start = at;
  }
  out.append(start, at);
  return at;
}

}  // namespace writing

void append_string(std::string& out, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out.push_back('"');
  while (at != end) {
    const char* const stop = scan::plain_run(at, end);
    out.append(at, static_cast<std::size_t>(stop - at));
    at = stop;
    if (at == end) break;
    if (static_cast<unsigned char>(*at) >= 0x80) {
      at = writing::append_wide(out, at, end);
    } else {
      writing::append_ascii_escape(out, *at++);
    }
  }
  out.push_back('"');
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_string(out, text);
  return out;
}

void Writer::separate() {
  if (!first_) out_.push_back(',');
  first_ = false;
}

void Writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  first_ = true;
}

void Writer::close(char bracket) {
  out_.push_back(bracket);
  first_ = false;
}

void Writer::key(std::string_view name) {
  separate();
  out_.push_back('"');
  out_.append(name);
  out_.append(writing::key_end);
  first_ = true;  // the value that follows takes no comma
}

void Writer::any_key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_.push_back(':');
  first_ = true;
}

void Writer::string(std::string_view text) {
  separate();
  append_string(out_, text);
}

void Writer::integer(std::int64_t value) {
  separate();
  std::array<char, 24> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out_.append(buffer.data(), written.ptr);
}

void Writer::number(double value) {
  // JSON has no spelling for infinities and NaN.
  if (!std::isfinite(value)) return null();
  separate();
  std::array<char, 32> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out_.append(buffer.data(), written.ptr);
}

void Writer::boolean(bool value) { raw(value ? "true" : "false"); }

void Writer::null() { raw("null"); }

void Writer::raw(std::string_view json) {
  separate();
  out_.append(json);
}

}  // namespace llmgw::json
