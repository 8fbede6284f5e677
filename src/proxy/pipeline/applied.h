#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmgw::proxy {

/// What policies changed in a request, told to the client in `x-llmgw-applied` and to the log.
class Applied {
 public:
  /// Adds `name=value`, in the place of an earlier value of that name: every attempt applies its rules anew.
  /// Characters that a header value cannot hold become `_`.
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// `name=value, name=value`
  [[nodiscard]] std::string text() const;

 private:
  struct Entry {
    std::string name;
    std::string value;
  };
  std::vector<Entry> entries_;
};

}  // namespace llmgw::proxy
