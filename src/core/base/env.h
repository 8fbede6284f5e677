#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace llmgw {

/// The environment variables as a program sees them; handed in, so that nothing deep inside asks the process.
class Env {
 public:
  virtual ~Env() = default;
  /// The value of a variable, or nullopt when it is not set (set but empty is an empty text).
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view name) const = 0;
  /// The value of a variable, or nullopt when it is unset or empty: how most variables are read.
  [[nodiscard]] std::optional<std::string> non_empty(std::string_view name) const {
    auto value = get(name);
    return value && !value->empty() ? value : std::nullopt;
  }
};

/// The environment of this process.
class ProcessEnv final : public Env {
 public:
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;
};

/// A fixed set of variables, for tests.
class FixedEnv final : public Env {
 public:
  using Variables = std::map<std::string, std::string, std::less<>>;
  FixedEnv() = default;
  explicit FixedEnv(Variables variables) : variables_(std::move(variables)) {}
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;

 private:
  Variables variables_;
};

}  // namespace llmgw
