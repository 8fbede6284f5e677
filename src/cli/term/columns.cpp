#include "cli/term/columns.h"

#include <algorithm>
#include <numeric>

namespace llmgw::cli {
namespace columns {

constexpr std::size_t gap = 2;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Which columns are shown, and how wide.
struct Layout {
  std::vector<std::size_t> shown;
  std::vector<std::size_t> widths;  ///< by column, shown or not

  [[nodiscard]] std::size_t total() const {
    std::size_t sum = shown.empty() ? 0 : gap * (shown.size() - 1);
    for (const auto at : shown) sum += widths[at];
    return sum;
  }
};

/// Takes one character from the widest column that may lose one; false when none may.
bool narrow(Layout& layout, const std::vector<Column>& columns) {
  std::size_t* widest = nullptr;
  for (const auto at : layout.shown) {
    if (layout.widths[at] > columns[at].least && (widest == nullptr || layout.widths[at] > *widest))
      widest = &layout.widths[at];
  }
  if (widest == nullptr) return false;
  --*widest;
  return true;
}

/// Leaves out the column that may go first; false when none may.
bool drop(Layout& layout, const std::vector<Column>& columns) {
  const auto first = std::ranges::max_element(layout.shown, {}, [&](std::size_t at) { return columns[at].dropped; });
  if (first == layout.shown.end() || columns[*first].dropped == 0) return false;
  layout.shown.erase(first);
  return true;
}

Layout natural(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  Layout layout;
  layout.shown.resize(columns.size());
  std::iota(layout.shown.begin(), layout.shown.end(), std::size_t{0});
  for (std::size_t at = 0; at < columns.size(); ++at) {
    auto wide = width_of(columns[at].title);
    for (const auto& row : rows) wide = std::max(wide, width_of(row[at]));
    layout.widths.push_back(wide);
  }
  return layout;
}

Layout fitted(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows,
              std::size_t width) {
  const auto whole = natural(columns, rows);
  auto layout = whole;
  while (layout.total() > width) {
    if (narrow(layout, columns)) continue;
    // With a column less the others may be as wide as they like again.
    layout.widths = whole.widths;
    if (!drop(layout, columns)) break;
  }
  return layout;
}

template <class Cell>
void add_line(std::string& out, const Layout& layout, const std::vector<Column>& columns, Cell&& cell) {
  std::string line;
  for (const auto at : layout.shown) {
    const auto text = clipped(cell(at), layout.widths[at]);
    const std::string blanks(layout.widths[at] - std::min(width_of(text), layout.widths[at]), ' ');
    line += (columns[at].right ? blanks + text : text + blanks) + std::string(gap, ' ');
  }
  while (line.ends_with(' ')) line.pop_back();
  out += line + "\n";
}

}  // namespace columns

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, columns::begins_character));
}

std::string clipped(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end) {
    if (columns::begins_character(text[end]) && characters++ == width - 1) break;
  }
  return std::string(text.substr(0, end)) + "~";
}

std::string flowed(const std::vector<std::string>& pieces, std::size_t width) {
  constexpr std::string_view between = "   ";
  std::string out;
  std::size_t used = 0;
  for (const auto& piece : pieces) {
    const auto shown = clipped(piece, width);
    const auto wide = width_of(shown);
    if (used != 0 && used + between.size() + wide > width) {
      out += "\n";
      used = 0;
    }
    if (used != 0) out += between;
    out += shown;
    used += wide + (used == 0 ? 0 : between.size());
  }
  return out.empty() ? out : out + "\n";
}

std::string table_of(const std::vector<Column>& heads, const std::vector<std::vector<std::string>>& rows,
                     std::size_t width) {
  const auto layout = columns::fitted(heads, rows, width);
  std::string out;
  columns::add_line(out, layout, heads, [&](std::size_t at) { return std::string(heads[at].title); });
  for (const auto& row : rows) columns::add_line(out, layout, heads, [&](std::size_t at) { return row[at]; });
  return out;
}

}  // namespace llmgw::cli
