#include "core/doctor/loose_formats.h"

#include <algorithm>

namespace llmgw::doctor {
namespace loose_formats {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The end of the string that begins at `at`, behind its closing quote.
std::size_t behind_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (auto i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

/// Where the comment that begins at `at` ends; `at` itself where none does.
std::size_t behind_comment(std::string_view text, std::size_t at) {
  const auto mark = text.substr(at, 2);
  if (mark == "//") return std::min(text.find('\n', at), text.size());
  if (mark != "/*") return at;
  const auto close = text.find("*/", at + 2);
  return close == std::string_view::npos ? text.size() : close + 2;
}

/// A value without its quotes, or up to the comment behind it.
std::string_view bare(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')) {
    const auto close = value.find(value.front(), 1);
    if (close != std::string_view::npos) return value.substr(1, close - 1);
  }
  return trim(value.substr(0, value.find(" #")));
}

template <class Line>
void each_line(std::string_view text, Line&& line) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace loose_formats

std::string plain_json(std::string_view text) {
  using namespace loose_formats;
  std::string out(text);
  std::size_t comma = std::string::npos;  // the last one, while only blanks and comments have followed
  for (std::size_t i = 0; i < out.size();) {
    if (const auto end = behind_comment(out, i); end != i) {
      blank(out, i, end);
      i = end;
      continue;
    }
    const char c = out[i];
    if ((c == '}' || c == ']') && comma != std::string::npos) out[comma] = ' ';
    if (c == ',') {
      comma = i;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      comma = std::string::npos;
    }
    i = c == '"' ? behind_string(out, i) : i + 1;
  }
  return out;
}

Settings read_dotenv(std::string_view text) {
  using namespace loose_formats;
  Settings found;
  each_line(text, [&](std::string_view line) {
    line = trim(line);
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const auto equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos) return;
    found[std::string(trim(line.substr(0, equals)))] = Secret(std::string(bare(line.substr(equals + 1))));
  });
  return found;
}

Settings read_flat_yaml(std::string_view text) {
  using namespace loose_formats;
  Settings found;
  each_line(text, [&](std::string_view line) {
    const bool nested = line.empty() || line.front() == ' ' || line.front() == '\t' || line.front() == '-';
    const auto colon = line.find(':');
    if (nested || line.front() == '#' || colon == std::string_view::npos) return;
    const auto value = bare(line.substr(colon + 1));
    if (!value.empty()) found[std::string(trim(line.substr(0, colon)))] = Secret(std::string(value));
  });
  return found;
}

}  // namespace llmgw::doctor
