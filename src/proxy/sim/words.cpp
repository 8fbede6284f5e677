#include "proxy/sim/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace llmgw::sim {
namespace words {

constexpr std::array<std::string_view, 48> english{
    "the",     "river",  "carries", "light",  "over",   "stone",  "and",    "every", "answer", "begins",
    "with",    "a",      "small",   "step",   "toward", "what",   "is",     "known", "while",  "morning",
    "opens",   "its",    "doors",   "to",     "those",  "who",    "wait",   "in",    "quiet",  "rooms",
    "because", "water",  "finds",   "ways",   "around", "walls",  "that",   "seem",  "firm",   "until",
    "time",    "itself", "moves",   "slowly", "past",   "bright", "fields", "dusk"};

constexpr std::array<std::string_view, 24> chinese{"春", "天", "的", "河", "水", "流", "过", "山",
                                                   "谷", "，", "我", "们", "看", "见", "光", "影",
                                                   "在", "石", "上", "走", "。", "风", "很", "轻"};

/// Bytes of the character that starts at `at`.
std::size_t character(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0U) == 0x80U) ++size;
  return size;
}

}  // namespace words

std::vector<std::string> prose(IdSource& random, std::int64_t count) {
  std::vector<std::string> tokens;
  tokens.reserve(static_cast<std::size_t>(count));
  bool start = true;
  for (std::int64_t i = 0; i < count; ++i) {
    std::string token(i == 0 ? "" : " ");
    token += words::english[random.next() % words::english.size()];
    if (start) token[i == 0 ? 0 : 1] = static_cast<char>(token[i == 0 ? 0 : 1] - 'a' + 'A');
    start = i + 1 == count || random.next() % 12 == 0;
    if (start) token += '.';
    tokens.push_back(std::move(token));
  }
  return tokens;
}

std::vector<std::string> han_prose(IdSource& random, std::int64_t count) {
  std::vector<std::string> tokens;
  for (std::int64_t i = 0; i < count; ++i) tokens.emplace_back(words::chinese[random.next() % words::chinese.size()]);
  return tokens;
}

std::vector<std::string> tokens_of(std::string_view text) {
  constexpr std::size_t longest = 12;
  std::vector<std::string> tokens;
  std::string token;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = words::character(text, at);
    const bool starts_word = text[at] == ' ' || text[at] == '\n';
    if (!token.empty() && (starts_word || token.size() + size > longest)) tokens.push_back(std::exchange(token, {}));
    token.append(text.substr(at, size));
    at += size;
  }
  if (!token.empty()) tokens.push_back(std::move(token));
  return tokens;
}

std::vector<std::string> pieces_of(std::string_view text, std::size_t size) {
  std::vector<std::string> pieces;
  std::string piece;
  for (std::size_t at = 0; at < text.size();) {
    const auto step = words::character(text, at);
    if (!piece.empty() && piece.size() + step > size) pieces.push_back(std::exchange(piece, {}));
    piece.append(text.substr(at, step));
    at += step;
  }
  if (!piece.empty()) pieces.push_back(std::move(piece));
  return pieces;
}

}  // namespace llmgw::sim
