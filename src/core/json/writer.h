#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmgw::json {

/// Appends `text` as a JSON string with its quotes. The output is always valid UTF-8 on one line: bytes that
/// are no UTF-8 (and lone surrogates) become U+FFFD; control characters, U+0085, U+2028 and U+2029 are
/// escaped, since clients that split lines by Unicode rules would break an event at them.
void append_string(std::string& out, std::string_view text);

/// `append_string` into a new string.
std::string quoted(std::string_view text);

/// Bytes to reserve for a text of unknown size before it is written: it would move six times while it grew to this.
inline constexpr std::size_t usual_size = 1024;

/// Writes compact JSON by appending to a string that the caller owns; commas are its business.
/// `Writer w(out); w.begin_object(); w.key("id"); w.string(id); w.end_object();`
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// The next value's key. Keys are written as they are: pass plain ASCII names, or use `any_key`.
  void key(std::string_view name);
  /// The next value's key, escaped.
  void any_key(std::string_view name);
  void string(std::string_view text);
  void integer(std::int64_t value);
  /// Shortest form that reads back the same.
  void number(double value);
  void boolean(bool value);
  void null();
  /// A value that is JSON already.
  void raw(std::string_view json);

  /// `key` and `string` in one call.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void member(std::string_view name, const char* text) { member(name, std::string_view(text)); }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    integer(value);
  }
  void member(std::string_view name, int value) { member(name, static_cast<std::int64_t>(value)); }
  void member(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  void member_raw(std::string_view name, std::string_view json) {
    key(name);
    raw(json);
  }
  void member_null(std::string_view name) {
    key(name);
    null();
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  std::string& out_;
  bool first_ = true;  ///< no value yet in the innermost open bracket
};

}  // namespace llmgw::json
