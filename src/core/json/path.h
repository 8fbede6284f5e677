#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/json/view.h"

namespace llmgw::json {

/// Where a value stands, for error messages: a chain of stack objects, written out only when an error needs
/// it.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;   ///< member name, or empty for an element
  std::size_t index = 0;  ///< element number when `key` is empty

  /// The path of a member of this value.
  [[nodiscard]] Path operator/(std::string_view member) const { return {this, member, 0}; }
  /// The path of an element of this value.
  [[nodiscard]] Path operator[](std::size_t element) const { return {this, {}, element}; }
  /// `messages[0].content[1].text`; empty for the root.
  [[nodiscard]] std::string text() const;
};

/// An `invalid_request` error "PATH must be EXPECTED" whose param is the path.
std::unexpected<Error> wrong_type(const Path& path, std::string_view expected);

/// The string at `path`, or an error that names the path.
Result<std::string> read_string(View value, const Path& path);
/// The integer at `path`, or an error that names the path.
Result<std::int64_t> read_integer(View value, const Path& path);
/// The number at `path`, or an error that names the path.
Result<double> read_number(View value, const Path& path);
/// The boolean at `path`, or an error that names the path.
Result<bool> read_boolean(View value, const Path& path);
/// Checks that the value is an object.
Result<View> read_object(View value, const Path& path);
/// Checks that the value is an array.
Result<View> read_array(View value, const Path& path);

}  // namespace llmgw::json
