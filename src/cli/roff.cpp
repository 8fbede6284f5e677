#include "cli/roff.h"

#include <algorithm>

namespace llmgw::cli::roff {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";  // a plain hyphen may be typeset as one that no shell understands
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

Page::Page(std::string_view name, std::string_view summary, int manual) {
  std::string title(name);
  std::ranges::transform(title, title.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  out_ = ".\\\" Made by \"llmgw man\" from the table of " + std::string(manual == 1 ? "commands" : "keys") + ".\n";
  out_ +=
      ".TH " + escaped(title) + " " + std::to_string(manual) + " \"\" \"llmgw " LLMGW_VERSION "\" \"llmgw manual\"\n";
  section("NAME");
  line(escaped(name) + " \\- " + escaped(summary));
}

void Page::section(std::string_view title) { out_ += ".SH " + std::string(title) + "\n"; }

void Page::subsection(std::string_view title) { out_ += ".SS \"" + escaped(title) + "\"\n"; }

// A line that starts with a dot or an apostrophe would be read as a request.
void Page::line(std::string_view text) {
  if (text.starts_with('.') || text.starts_with('\'')) out_ += "\\&";
  out_ += std::string(text) + "\n";
}

void Page::text(std::string_view paragraphs) {
  bool literal = false;
  bool fresh = false;  // a paragraph macro right behind a heading means nothing
  while (!paragraphs.empty()) {
    const auto end = std::min(paragraphs.find('\n'), paragraphs.size());
    const auto one = paragraphs.substr(0, end);
    paragraphs.remove_prefix(std::min(end + 1, paragraphs.size()));
    const bool indented = one.starts_with(' ');
    if (indented != literal) {
      out_ += indented ? ".PP\n.nf\n" : ".fi\n";
      fresh = !indented;
    }
    if (fresh && !one.empty()) out_ += ".PP\n";
    literal = indented;
    fresh = one.empty();
    if (!one.empty()) line(escaped(one));
  }
  if (literal) out_ += ".fi\n";
}

void Page::tagged(std::string_view tag, std::string_view text) {
  out_ += ".TP\n" + std::string(tag) + "\n";
  line(escaped(text));
}

void Page::example(std::string_view says, std::string_view command) {
  if (!out_.ends_with(".SH EXAMPLES\n")) out_ += ".PP\n";
  if (!says.empty()) line(escaped(says) + ":");
  out_ += ".PP\n.nf\n.RS\n";
  line("$ " + escaped(command));
  out_ += ".RE\n.fi\n";
}

}  // namespace llmgw::cli::roff
