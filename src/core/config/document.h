#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/error.h"

namespace llmgw::config {

/// A place in a file, counted from 1; line 0 means no place.
struct Position {
  std::size_t line = 0;
  std::size_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Member;

/// A date or time: valid TOML that no key takes.
struct DateValue {};

/// A TOML value with its place.
struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<Member>;
  std::variant<DateValue, std::string, std::int64_t, double, bool, Array, Table> value;
  Position at;
  std::string written;  ///< a text as written, when it held references that were resolved

  /// The value as one of its kinds, or nullptr.
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value);
  }
  /// "a text", "a number", ... for messages.
  [[nodiscard]] std::string_view kind_name() const;
};

/// A key and its value, in the order of the file.
struct Member {
  std::string key;
  Position at;  ///< of the key
  Node node;
};

/// Reads TOML text into a tree. Errors are `config`: `FILE:LINE:COLUMN: what is wrong`. Depth is limited.
Result<Node> parse_document(std::string_view text, std::string_view file);

/// `FILE:LINE:COLUMN`, or `FILE` for no place.
std::string place(std::string_view file, Position at);

}  // namespace llmgw::config
