#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmgw::http {

/// One header line.
struct Header {
  std::string name;
  std::string value;
};

/// ASCII comparison without letter case, as header names are compared (RFC 9110 section 5.1).
bool same_name(std::string_view a, std::string_view b);

/// Header lines in the order received; names are compared without letter case, repetitions are kept.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  /// Replaces every line of that name by one.
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name);
  /// The first value of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return get(name).has_value(); }
  /// All values of that name joined with ", ".
  [[nodiscard]] std::string joined(std::string_view name) const;
  /// True when a comma-separated header lists the token (without letter case): `connection: close`.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  [[nodiscard]] auto begin() const { return lines_.begin(); }
  [[nodiscard]] auto end() const { return lines_.end(); }
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  void clear() { lines_.clear(); }

 private:
  std::vector<Header> lines_;
};

}  // namespace llmgw::http
