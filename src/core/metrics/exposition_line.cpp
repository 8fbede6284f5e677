#include "core/metrics/exposition_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>

namespace llmgw::metrics {
namespace exposition_line {

constexpr std::size_t max_labels = 128;

constexpr unsigned char label_start = 1;
constexpr unsigned char label_part = 2;
constexpr unsigned char metric_start = 4;
constexpr unsigned char metric_part = 8;

constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> classes{};
  constexpr unsigned char any = label_start | label_part | metric_start | metric_part;
  for (char c = 'a'; c <= 'z'; ++c) classes[static_cast<unsigned char>(c)] = any;
  for (char c = 'A'; c <= 'Z'; ++c) classes[static_cast<unsigned char>(c)] = any;
  for (char c = '0'; c <= '9'; ++c) classes[static_cast<unsigned char>(c)] = label_part | metric_part;
  classes['_'] = any;
  classes[':'] = metric_start | metric_part;
  return classes;
}
constexpr auto classes = make_classes();

bool is(char c, unsigned char wanted) { return (classes[static_cast<unsigned char>(c)] & wanted) != 0; }

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

/// A place in the line that moves on.
struct Cursor {
  char* at;
  char* end;

  [[nodiscard]] bool done() const { return at == end; }
  bool blanks() {
    const auto* from = at;
    while (at != end && (*at == ' ' || *at == '\t')) ++at;
    return at != from;
  }
  bool take(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  std::string_view name(unsigned char start, unsigned char part) {
    const auto* from = at;
    if (at == end || !is(*at, start)) return {};
    while (at != end && is(*at, part)) ++at;
    return between(from, at);
  }
  std::string_view word() {
    const auto* from = at;
    while (at != end && *at != ' ' && *at != '\t') ++at;
    return between(from, at);
  }
};

/// A backslash before any other byte stands for itself, as Prometheus' own parser has it.
char* unescape(char* from, char* to, char* end) {
  while (from != end) {
    if (*from == '\\' && from + 1 != end && (from[1] == '\\' || from[1] == '"' || from[1] == 'n')) {
      *to++ = from[1] == 'n' ? '\n' : from[1];
      from += 2;
    } else {
      *to++ = *from++;
    }
  }
  return to;
}

/// The text up to the closing quote, which is taken too; the opening one has been.
std::optional<std::string_view> quoted(Cursor& cursor) {
  char* const begin = cursor.at;
  char* quote = begin;
  bool escapes = false;
  for (;; ++quote) {
    if (quote == cursor.end) return std::nullopt;
    if (*quote == '"') break;
    if (*quote != '\\') continue;
    escapes = true;
    if (++quote == cursor.end) return std::nullopt;
  }
  cursor.at = quote + 1;
  return between(begin, escapes ? unescape(begin, begin, quote) : quote);
}

bool read_labels(Cursor& cursor, std::vector<Label>& labels) {
  const auto first = labels.size();
  for (;;) {
    cursor.blanks();
    if (cursor.take('}')) return true;  // a comma before the brace is allowed (text format 0.0.4)
    const auto name = cursor.name(label_start, label_part);
    if (name.empty() || labels.size() - first == max_labels) return false;
    cursor.blanks();
    if (!cursor.take('=')) return false;
    cursor.blanks();
    if (!cursor.take('"')) return false;
    const auto value = quoted(cursor);
    if (!value) return false;
    for (auto i = first; i < labels.size(); ++i) {
      if (labels[i].name == name) return false;
    }
    labels.push_back({name, *value});
    cursor.blanks();
    if (cursor.take(',')) continue;
    return cursor.take('}');
  }
}

std::optional<double> number(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || word.starts_with('+') || error != std::errc() || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return value;
}

/// What may follow the value: a timestamp, and in OpenMetrics an exemplar behind " # ".
bool tail_fits(Cursor& cursor) {
  cursor.blanks();
  if (!cursor.done() && *cursor.at != '#') {
    if (!number(cursor.word())) return false;
    cursor.blanks();
  }
  return cursor.done() || *cursor.at == '#';
}

Line read_comment(Cursor cursor) {
  cursor.take('#');
  cursor.blanks();
  if (cursor.word() != "TYPE") return {};
  cursor.blanks();
  const auto name = cursor.name(metric_start, metric_part);
  const bool gap = cursor.blanks();
  const auto word = cursor.word();
  if (name.empty() || !gap || word.empty()) return {Line::Kind::malformed, {}, {}, 0};
  return {Line::Kind::type, name, word, 0};
}

std::optional<Line> read_sample(Cursor cursor, std::vector<Label>& labels) {
  const auto name = cursor.name(metric_start, metric_part);
  if (name.empty()) return std::nullopt;
  bool gap = cursor.blanks();
  if (cursor.take('{')) {
    if (!read_labels(cursor, labels)) return std::nullopt;
    gap = true;
    cursor.blanks();
  }
  const auto value = gap ? number(cursor.word()) : std::nullopt;
  if (!value || !tail_fits(cursor)) return std::nullopt;
  return Line{Line::Kind::sample, name, {}, *value};
}

}  // namespace exposition_line

Line read_line(char* begin, char* end, std::vector<Label>& labels) {
  if (begin != end && end[-1] == '\r') --end;
  exposition_line::Cursor cursor{begin, end};
  cursor.blanks();
  if (cursor.done()) return {};
  if (*cursor.at == '#') return exposition_line::read_comment(cursor);
  const auto before = labels.size();
  const auto sample = exposition_line::read_sample(cursor, labels);
  if (sample) return *sample;
  labels.resize(before);
  return {Line::Kind::malformed, {}, {}, 0};
}

std::string escape_label(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace llmgw::metrics
