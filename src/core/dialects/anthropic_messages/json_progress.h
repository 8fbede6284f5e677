#pragma once

#include <cstddef>
#include <string_view>

namespace llmgw::dialect::messages {

/// Follows the arguments of a tool call as they arrive and tells when they are one complete JSON object or array.
class JsonProgress {
 public:
  void feed(std::string_view piece) {
    for (const char c : piece) feed(c);
  }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void feed(char c) {
    if (in_string_) return feed_string(c);
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
      complete_ = depth_ == 0;
    }
  }
  void feed_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
  }
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool complete_ = false;
};

}  // namespace llmgw::dialect::messages
