#pragma once

#include <string>
#include <string_view>

namespace llmgw {

/// A credential. It has no formatter and no stream operator, so printing one does not compile; its memory is
/// overwritten when it goes, is moved from or gets another value.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
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
