#pragma once

#include <string>
#include <string_view>

/// The few man(7) macros that our pages use.
namespace llmgw::cli::roff {

/// The text with roff's own characters escaped: a hyphen that may be typed, a backslash.
std::string escaped(std::string_view text);

/// Escaped text in bold.
std::string bold(std::string_view text);
/// Escaped text in italics.
std::string italic(std::string_view text);

/// Writes one page from top to bottom.
class Page {
 public:
  /// Starts with the title line, for that section of the manual, and the NAME section.
  Page(std::string_view name, std::string_view summary, int manual = 1);
  void section(std::string_view title);
  void subsection(std::string_view title);
  /// Paragraphs separated by a blank line; lines that start with a blank stay as they are.
  void text(std::string_view paragraphs);
  /// An item: `tag` is roff (see bold, italic), the text is plain.
  void tagged(std::string_view tag, std::string_view text);
  void example(std::string_view says, std::string_view line);
  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view text);
  std::string out_;
};

}  // namespace llmgw::cli::roff
