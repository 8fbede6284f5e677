#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace llmgw::gpu {

/// Something that may be unknown and then says why: an unknown figure is never 0. The reason is a few words without a
/// full stop, and means nothing while there is a value.
template <class T>
struct Fact {
  std::optional<T> value = {};
  std::string why = "not told by this source";

  Fact() = default;
  template <class U>
  requires std::convertible_to<U, T> &&(!std::same_as<std::remove_cvref_t<U>, Fact>)Fact(U&& known)
      : value(std::forward<U>(known)) {}  // NOLINT: a value is a fact
  /// A fact that is not known, and the reason.
  static Fact unknown(std::string reason) {
    Fact fact;
    fact.why = std::move(reason);
    return fact;
  }

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  T& operator*() { return *value; }
  const T* operator->() const { return &*value; }
  T* operator->() { return &*value; }
  /// Two facts are the same when both are known and equal, or both unknown, whatever the reasons.
  friend bool operator==(const Fact& a, const Fact& b) { return a.value == b.value; }
  [[nodiscard]] T value_or(T other) const { return value.value_or(std::move(other)); }
};

using Figure = Fact<double>;
using Text = Fact<std::string>;

}  // namespace llmgw::gpu
