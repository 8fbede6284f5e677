#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/json/plain_text.h"
#include "core/json/scan.h"
#include "core/json/utf8.h"
#include "core/json/view.h"

namespace llmgw::json {
namespace checking {

constexpr std::size_t deepest = 1024;

/// One pass over a text by the grammar of RFC 8259. Nesting lives in a bit array, so no depth can exhaust the
/// stack.
class Checker {
 public:
  Checker(std::string_view text, std::size_t max_depth)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        max_depth_(std::min(max_depth, deepest)) {}

  bool run() {
    Step step = Step::value;
    while (step < Step::done) {
      switch (step) {
        case Step::value: step = value(); break;
        case Step::key: step = key(); break;
        default: step = after_value(); break;
      }
    }
    return step == Step::done;
  }

  [[nodiscard]] Error error() const;

 private:
  enum class Step { value, key, after_value, done, failed };

  Step failed(const char* problem) {
    problem_ = problem;
    return Step::failed;
  }
  bool bad(const char* problem) {
    problem_ = problem;
    return false;
  }
  [[nodiscard]] bool in_object() const { return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1U) != 0; }
  Step value();
  Step key();
  Step after_value();
  Step open(bool object);
  Step literal(std::string_view word);
  Step number();
  bool digits();
  bool string();
  bool escape();

  const char* begin_;
  const char* at_;
  const char* end_;
  std::size_t max_depth_;
  std::size_t depth_ = 0;
  const char* problem_ = "";
  std::array<std::uint64_t, deepest / 64> objects_{};  // bit n: level n is an object
};

Checker::Step Checker::value() {
  at_ = scan::space(at_, end_);
  if (at_ == end_) return failed("a value is missing");
  switch (*at_) {
    case '"': return string() ? Step::after_value : Step::failed;
    case '{': return open(true);
    case '[': return open(false);
    case 't': return literal("true");
    case 'f': return literal("false");
    case 'n': return literal("null");
    default: return number();
  }
}

Checker::Step Checker::open(bool object) {
  if (depth_ == max_depth_) return failed("nested too deeply");
  const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
  std::uint64_t& word = objects_[depth_ / 64];
  word = object ? word | bit : word & ~bit;
  ++depth_;
  at_ = scan::space(at_ + 1, end_);
  if (at_ != end_ && *at_ == (object ? '}' : ']')) {
    ++at_;
    --depth_;
    return Step::after_value;
  }
  return object ? Step::key : Step::value;
}

Checker::Step Checker::key() {
  at_ = scan::space(at_, end_);
  if (at_ == end_ || *at_ != '"') return failed("a member name in double quotes is expected");
  if (!string()) return Step::failed;
  at_ = scan::space(at_, end_);
  if (at_ == end_ || *at_ != ':') return failed("':' is expected after a member name");
  ++at_;
  return Step::value;
}

Checker::Step Checker::after_value() {
  at_ = scan::space(at_, end_);
  if (depth_ == 0) return at_ == end_ ? Step::done : failed("unexpected text after the value");
  const bool object = in_object();
  if (at_ != end_ && *at_ == ',') {
    ++at_;
    return object ? Step::key : Step::value;
  }
  if (at_ == end_ || *at_ != (object ? '}' : ']')) {
    return failed(object ? "',' or '}' is expected" : "',' or ']' is expected");
  }
  ++at_;
  --depth_;
  return Step::after_value;
}

Checker::Step Checker::literal(std::string_view word) {
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  if (!rest.starts_with(word)) return failed("a value is expected");
  at_ += word.size();
  return Step::after_value;
}

bool Checker::digits() {
  const char* const start = at_;
  while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
  return at_ != start;
}

Checker::Step Checker::number() {
  const char* const start = at_;
  if (*at_ == '-') ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
    if (at_ != end_ && *at_ >= '0' && *at_ <= '9') return failed("a number must not start with 0");
  } else if (!digits()) {
    return failed(at_ == start ? "a value is expected" : "a digit is expected");
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return failed("a digit is expected after the decimal point");
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return failed("a digit is expected in the exponent");
  }
  return Step::after_value;
}

bool Checker::string() {
  ++at_;
  for (;;) {
    at_ = scan::plain_run(at_, end_);
    if (at_ == end_) return bad("a string is not closed");
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte == '"') {
      ++at_;
      return true;
    }
    if (byte == '\\') {
      if (!escape()) return false;
    } else if (byte < 0x20) {
      return bad("a control character in a string must be escaped");
    } else {
      // Text in other scripts comes in long runs: stay here until it ends.
      do {
        const std::size_t length = utf8::length(at_, end_);
        if (length == 0) return bad("the text is not valid UTF-8");
        at_ += length;
      } while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x80);
    }
  }
}

bool Checker::escape() {
  const char* const start = at_++;
  if (at_ == end_) return bad("a string is not closed");
  const char kind = *at_++;
  if (kind != 'u') {
    if (std::memchr("\"\\/bfnrt", kind, 8) != nullptr) return true;
    at_ = start;
    return bad("unknown escape in a string");
  }
  for (int i = 0; i < 4; ++i, ++at_) {
    const bool hex =
        at_ != end_ && ((*at_ >= '0' && *at_ <= '9') || (*at_ >= 'a' && *at_ <= 'f') || (*at_ >= 'A' && *at_ <= 'F'));
    if (!hex) return bad("four hex digits are expected after \\u");
  }
  return true;
}

Error Checker::error() const {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char* p = begin_; p != at_; ++p) {
    if (*p == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(*p) & 0xC0U) != 0x80U) {
      ++column;
    }
  }
  Error error;
  error.code = Errc::invalid_request;
  error.message = fmt::format("invalid JSON at line {}, column {}: {}{}", line, column, problem_,
                              at_ == end_ ? " (the text ends here)" : "");
  return error;
}

}  // namespace checking

Result<View> parse(std::string_view text, std::size_t max_depth) {
  checking::Checker checker(text, max_depth);
  if (!checker.run()) return std::unexpected(checker.error());
  const char* end = text.data() + text.size();
  const char* const begin = scan::space(text.data(), end);
  while (scan::is_space(end[-1])) --end;
  return View(std::string_view(begin, static_cast<std::size_t>(end - begin)));
}

bool is_plain_text(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while ((at = scan::plain_run(at, end)) != end) {
    const std::size_t length = static_cast<unsigned char>(*at) < 0x80 ? 0 : utf8::length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

View trusted(std::string_view raw) {
  const char* end = raw.data() + raw.size();
  const char* const begin = scan::space(raw.data(), end);
  while (end != begin && scan::is_space(end[-1])) --end;
  return View(std::string_view(begin, static_cast<std::size_t>(end - begin)));
}

}  // namespace llmgw::json
