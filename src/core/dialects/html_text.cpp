#include "core/dialects/html_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace llmgw::dialect {
namespace html {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 0x7f;
}

/// Where `word`, written in small letters, stands in the text; names of elements know no case.
std::size_t find(std::string_view text, std::string_view word) {
  const auto found = std::ranges::search(text, word, {}, lower);
  return found.empty() ? std::string_view::npos : static_cast<std::size_t>(found.begin() - text.begin());
}

/// The text from behind the first `mark`; empty when there is none.
std::string_view behind(std::string_view text, std::string_view mark) {
  const auto at = find(text, mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

bool starts(std::string_view text, std::string_view word) { return find(text.substr(0, word.size()), word) == 0; }

/// What follows the markup at the front of the text: a comment, a script or a style as a whole, else one tag.
std::string_view behind_markup(std::string_view text) {
  if (text.starts_with("<!--")) return behind(text, "-->");
  for (const auto& [open, close] : {std::array<std::string_view, 2>{"<script", "</script"}, {"<style", "</style"}}) {
    if (starts(text, open)) return behind(behind(text, close), ">");
  }
  return behind(text, ">");
}

std::string words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    const bool markup = c == '<';
    text = markup ? behind_markup(text) : text.substr(1);
    if (!markup && !is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace html

bool looks_like_html(std::string_view text) {
  return text.starts_with("<!") || html::starts(text, "<html") || html::starts(text, "<head");
}

std::string html_text(std::string_view page) {
  const auto inside = html::behind(html::behind(page, "<title"), ">");
  auto title = html::words(inside.substr(0, html::find(inside, "</title")));
  if (std::ranges::any_of(title, html::is_letter)) return title;
  return html::words(page);
}

}  // namespace llmgw::dialect
