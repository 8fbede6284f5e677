#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/characters.h"

namespace llmgw::http {

/// One header line that owns its text.
struct Header {
  std::string name;
  std::string value;
};

/// One line of a `Headers`, valid until that is changed.
struct HeaderLine {
  std::string_view name;
  std::string_view value;
  std::string_view wire;  ///< as it stands in a message: `name: value CR LF`
};

/// ASCII comparison without letter case, as header names are compared (RFC 9110 section 5.1).
inline bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && characters::lower(a[i]) != characters::lower(b[i])) return false;
  }
  return true;
}

/// Header lines in the order received; names are compared without letter case, repetitions are kept. All lines stand
/// in one text, as a message carries them: a head is read and written without a string for every name and value.
class Headers {
 public:
  /// Takes a line, unless it would not be one line for its reader: a name that is no token, a CR, LF or NUL in the
  /// value.
  void add(std::string_view name, std::string_view value);
  /// The same for a line that a parser has checked.
  void add_checked(std::string_view name, std::string_view value);
  /// Replaces every line of that name by one.
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name) { erase({name}); }
  /// Takes all lines of these names out, in one pass.
  void erase(std::initializer_list<std::string_view> names);
  /// The first value of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return get(name).has_value(); }
  /// All values of that name joined with ", ".
  [[nodiscard]] std::string joined(std::string_view name) const;
  /// True when a comma-separated header lists the token (without letter case): `connection: close`.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  class Iterator;
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  void clear();
  /// Room for that many lines and bytes.
  void reserve(std::size_t lines, std::size_t bytes);

 private:
  /// Where a line stands in the text; its value begins two bytes after its name.
  struct Place {
    std::uint32_t at = 0;
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
  };
  [[nodiscard]] HeaderLine line(const Place& place) const;
  [[nodiscard]] std::string_view name_of(const Place& place) const;
  Place append(std::string_view name, std::string_view value);

  std::string text_;  // lines that were erased or replaced stay in it
  std::vector<Place> places_;
};

/// Walks over the lines, each of which it makes when it is asked for.
class Headers::Iterator {
 public:
  using value_type = HeaderLine;
  using difference_type = std::ptrdiff_t;
  Iterator() = default;
  Iterator(const Headers& headers, const Place* place) : headers_(&headers), place_(place) {}
  /// Holds the line that `->` points into.
  struct Arrow {
    HeaderLine line;
    const HeaderLine* operator->() const { return &line; }
  };
  HeaderLine operator*() const { return headers_->line(*place_); }
  Arrow operator->() const { return {**this}; }
  Iterator& operator++() {
    ++place_;
    return *this;
  }
  Iterator operator++(int) { return {*headers_, place_++}; }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.place_ == b.place_; }

 private:
  const Headers* headers_ = nullptr;
  const Place* place_ = nullptr;
};

inline Headers::Iterator Headers::begin() const { return {*this, places_.data()}; }
inline Headers::Iterator Headers::end() const { return {*this, places_.data() + places_.size()}; }

}  // namespace llmgw::http
