#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace llmgw {

/// A credential. It has no formatter and no stream operator, so printing one does not compile; its memory is
/// overwritten when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  /// The clear text, for the one place that writes it to the wire.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  /// Equality in time that depends on the lengths only.
  [[nodiscard]] bool equals(std::string_view other) const;

  friend bool operator==(const Secret& a, const Secret& b) { return a.equals(b.value_); }

 private:
  std::string value_;
};

}  // namespace llmgw
