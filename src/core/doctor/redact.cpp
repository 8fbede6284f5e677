#include "core/doctor/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/url.h"

namespace llmgw::doctor {
namespace redact {

constexpr std::string_view mark = "[redacted]";
constexpr std::size_t shortest_secret = 6;

/// A key is known by how it begins; `least` further characters make it one.
struct Shape {
  std::string_view start;
  std::size_t least;
};
constexpr std::array shapes{Shape{"sk-", 8},      Shape{"AKIA", 12},     Shape{"eyJ", 20},   Shape{"llmgw-", 20},
                            Shape{"hf_", 16},     Shape{"ghp_", 16},     Shape{"gsk_", 16},  Shape{"AIza", 20},
                            Shape{"Bearer ", 1},  Shape{"bearer ", 1},   Shape{"key=", 1},   Shape{"token=", 1},
                            Shape{"api_key=", 1}, Shape{"password=", 1}, Shape{"apikey=", 1}};

bool of_a_key(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.'; }

/// A value behind its name may hold any character but those that end it in a header, a URL, JSON or a shell's line.
bool of_a_value(char c) {
  return static_cast<unsigned char>(c) > ' ' && std::string_view("\"'`,;&)]}>").find(c) == std::string_view::npos;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

void hide_shape(std::string& text, const Shape& shape) {
  for (auto at = text.find(shape.start); at != std::string::npos; at = text.find(shape.start, at + 1)) {
    const auto from = at + shape.start.size();
    auto to = from;
    const bool named = shape.least == 1;
    while (to < text.size() && (named ? of_a_value(text[to]) : of_a_key(text[to]))) ++to;
    const bool inside_word = at > 0 && of_a_key(text[at - 1]) && of_a_key(shape.start.front());
    if (inside_word || to - from < shape.least) continue;
    text.replace(from, to - from, mark);
  }
}

}  // namespace redact

std::string Redactor::operator()(std::string_view text) const {
  std::string out(text);
  for (const auto& secret : secrets_) {
    if (secret.reveal().size() >= redact::shortest_secret) redact::replace_all(out, secret.reveal(), redact::mark);
  }
  hide_users(out, redact::mark);
  for (const auto& shape : redact::shapes) redact::hide_shape(out, shape);
  if (home_.size() > 1) redact::replace_all(out, home_ + "/", "~/");
  return out;
}

}  // namespace llmgw::doctor
