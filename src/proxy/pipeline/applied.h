#pragma once

#include <string>
#include <string_view>

namespace llmgw::proxy {

/// What policies changed in a request, told to the client in `x-llmgw-applied` and to the log.
class Applied {
 public:
  /// Adds `name=value`; characters that a header value cannot hold become `_`.
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// `name=value, name=value`
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace llmgw::proxy
