#include "core/gpu/command_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/url.h"

namespace llmgw::gpu {
namespace command_lines {

constexpr std::string_view mark = "***";
constexpr std::string_view blanks = " \t\r\n";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// `key`, `apikey`, `accessKey`; not `tokens` nor `tokenizer`.
bool is_secret_word(std::string_view word) {
  constexpr std::array<std::string_view, 16> ends{
      "key",        "keys",       "token",       "secret", "secrets", "password", "passwords", "passwd",
      "passphrase", "credential", "credentials", "pass",   "pwd",     "auth",     "bearer",    "cookie"};
  return word.ends_with("authorization") ||
         std::ranges::any_of(ends, [word](std::string_view end) { return word.ends_with(end); });
}

/// True where the text before a value names a credential: `--api-key`, `HF_TOKEN`, `x-api-key`; not `--max-tokens`.
bool names_secret(std::string_view name) {
  std::string word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const char c = i < name.size() ? name[i] : '-';
    const bool letter = is_lower(c) || is_upper(c);
    const bool hump = is_upper(c) && i > 0 && is_lower(name[i - 1]);
    if (!letter || hump) {
      if (is_secret_word(word)) return true;
      word.clear();
    }
    if (letter) word += static_cast<char>(c | 0x20);
  }
  return false;
}

/// Where the value begins that a word brings along with its name: behind the first = or : that a name stands before.
std::optional<std::size_t> value_in(std::string_view word) {
  for (auto at = word.find_first_of("=:"); at != std::string_view::npos; at = word.find_first_of("=:", at + 1)) {
    if (names_secret(word.substr(0, at))) return at + 1;
  }
  return std::nullopt;
}

/// The quotation mark that the text leaves open, or 0.
char open_quote(std::string_view text, char open = '\0') {
  for (const char c : text) {
    if (open == '\0' && (c == '\'' || c == '"')) {
      open = c;
    } else if (c == open) {
      open = '\0';
    }
  }
  return open;
}

/// Whether the words that follow are hidden.
struct Hiding {
  bool on = false;
  bool first = false;     ///< the next word is the value, whatever it looks like
  bool to_quote = false;  ///< ends where `quote` does, and not at the next option
  char quote = '\0';      ///< that is open
};

/// True when the word is hidden. Several values may follow a name (`--api-key a b`): they end at the next option.
bool goes_on(Hiding& hiding, std::string_view word) {
  if (!hiding.on) return false;
  const bool ends = !hiding.first && hiding.quote == '\0' && (hiding.to_quote || word.starts_with('-'));
  if (ends) {
    hiding = {};
    return false;
  }
  hiding.first = false;
  hiding.quote = open_quote(word, hiding.quote);
  return true;
}

class Line {
 public:
  void show(std::string_view space, std::string_view text) {
    out_.append(space).append(text);
    hidden_ = false;
  }
  /// One mark, however many words are hidden.
  void hide(std::string_view space) {
    if (!hidden_) out_.append(space).append(mark);
    hidden_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool hidden_ = false;
};

/// A word that no name before it hides.
void write_word(Line& line, Hiding& hiding, std::string_view space, std::string_view word) {
  const auto value = value_in(word);
  if (!value) {
    line.show(space, word);
    hiding = {.on = word.starts_with('-') && names_secret(word), .first = true};
    return;
  }
  line.show(space, word.substr(0, *value));
  const bool here = *value < word.size();
  const auto quote = open_quote(word);
  if (here) line.hide("");
  // `"api_key": "k"`, `x-api-key: k`, `KEY='a b'` and `KEY=a\ b` go on behind the blank.
  const bool next = !here || word.ends_with('\\');
  hiding = {.on = next || quote != '\0', .first = next, .to_quote = quote != '\0', .quote = quote};
}

/// An argument that has blanks is a line for a shell; or a header, an option or a variable whose value has them, which
/// goes up to the end.
void write_words(Line& line, std::string_view space, std::string_view text) {
  Hiding hiding;
  bool rest = false;
  for (bool first = true;; first = false) {
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    const auto end = std::min(text.find_first_of(blanks, begin), text.size());
    const auto word = text.substr(begin, end - begin);
    if (word.empty()) return;
    const auto before = first ? space : text.substr(0, begin);
    if (rest || goes_on(hiding, word)) {
      line.hide(before);
    } else {
      write_word(line, hiding, before, word);
    }
    rest = rest || (first && value_in(word));
    text.remove_prefix(end);
  }
}

}  // namespace command_lines

std::string shown_command(std::string_view text) {
  using namespace command_lines;
  Line line;
  Hiding hiding;
  for (bool first = true; !text.empty(); first = false) {
    const auto end = std::min(text.find('\0'), text.size());
    const auto argument = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view space = first ? "" : " ";
    if (goes_on(hiding, argument)) {
      line.hide(space);
      hiding.quote = '\0';  // the shell that knew quotes is gone
    } else if (argument.find_first_of(blanks) != std::string_view::npos) {
      write_words(line, space, argument);
    } else {
      write_word(line, hiding, space, argument);
      if (!hiding.first) hiding = {};
      hiding.quote = '\0';
      hiding.to_quote = false;
    }
  }
  auto out = line.take();
  while (out.ends_with(' ')) out.pop_back();
  hide_users(out, mark);
  return out;
}

}  // namespace llmgw::gpu
