#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llmgw::cli {

/// Characters (code points) of a text in UTF-8: its width where none of them is wide.
std::size_t width_of(std::string_view text);

/// The text in at most `width` characters; a cut one ends with `~`.
std::string clipped(std::string_view text, std::size_t width);

/// Pieces beside each other, three blanks apart, on lines of at most `width` characters; a piece is only cut when it is
/// wider than that alone. Each line ends with a line feed.
std::string flowed(const std::vector<std::string>& pieces, std::size_t width);

/// `Column::least` of a column that is whole or not there: half a number is a wrong number.
constexpr std::size_t uncut = std::string_view::npos;

/// A column of a table.
struct Column {
  std::string_view title;
  std::size_t least = 4;  ///< it is not made narrower than this
  int dropped = 0;        ///< columns with the highest number go first where there is no room; 0 never goes
  bool right = false;     ///< written to the right, as numbers are
};

/// A table of at most `width` characters, two blanks between columns: wide columns are cut first, then columns are left
/// out. What must stay (`uncut` and never dropped) may need more. The first line holds the titles. No line ends with a
/// blank.
std::string table_of(const std::vector<Column>& heads, const std::vector<std::vector<std::string>>& rows,
                     std::size_t width);

}  // namespace llmgw::cli
