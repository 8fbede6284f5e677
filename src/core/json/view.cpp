#include "core/json/view.h"

#include <cstring>

#include "core/json/scan.h"
#include "core/json/unescape.h"

namespace llmgw::json {
namespace viewing {

bool holds_escape(std::string_view inside) {
  return !inside.empty() && std::memchr(inside.data(), '\\', inside.size()) != nullptr;
}

std::string_view inside(std::string_view raw) { return raw.substr(1, raw.size() - 2); }

/// Compares the inside of a JSON string with a text.
bool same(std::string_view inside, std::string_view text) {
  // An escape is always longer than what it stands for.
  if (inside.size() < text.size()) return false;
  if (inside.size() == text.size()) return inside == text && !holds_escape(inside);
  if (!holds_escape(inside)) return false;
  std::string plain;
  unescape(plain, inside);
  return plain == text;
}

/// Past the separator before the next member or element; `end` of the container gives nullptr.
const char* next_item(const char* at, const char* end) {
  at = scan::space(at, end);
  if (at != end && *at == ',') at = scan::space(at + 1, end);
  return at == end || *at == '}' || *at == ']' ? nullptr : at;
}

/// From past a key to its value.
const char* value_of(const char* at, const char* end) {
  at = scan::space(at, end);
  return scan::space(at == end ? at : at + 1, end);
}

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

}  // namespace viewing

Kind View::kind() const {
  if (raw_.empty()) return Kind::missing;
  switch (raw_.front()) {
    case 'n': return Kind::null;
    case 't':
    case 'f': return Kind::boolean;
    case '"': return Kind::string;
    case '[': return Kind::array;
    case '{': return Kind::object;
    default: return Kind::number;
  }
}

std::optional<bool> View::boolean() const {
  if (kind() != Kind::boolean) return std::nullopt;
  return raw_.front() == 't';
}

std::optional<std::string> View::string() const {
  if (!is_string()) return std::nullopt;
  const std::string_view inside = viewing::inside(raw_);
  if (!viewing::holds_escape(inside)) return std::string(inside);
  std::string text;
  text.reserve(inside.size());
  unescape(text, inside);
  return text;
}

std::optional<std::string_view> View::plain_string() const {
  if (!is_string()) return std::nullopt;
  const std::string_view inside = viewing::inside(raw_);
  if (viewing::holds_escape(inside)) return std::nullopt;
  return inside;
}

bool View::equals(std::string_view text) const { return is_string() && viewing::same(viewing::inside(raw_), text); }

View View::operator[](std::string_view key) const {
  if (!is_object()) return {};
  const char* const end = raw_.data() + raw_.size();
  std::string_view found;
  for (const char* at = viewing::next_item(raw_.data() + 1, end); at != nullptr;) {
    const scan::StringEnd name = scan::string_end(at, end);
    const char* const value = viewing::value_of(name.at, end);
    const char* const value_end = scan::value_end(value, end);
    const std::string_view inside = viewing::inside(viewing::between(at, name.at));
    if (name.escaped ? viewing::same(inside, key) : inside == key) found = viewing::between(value, value_end);
    at = viewing::next_item(value_end, end);
  }
  return View(found);
}

View View::operator[](std::size_t index) const {
  for (const View& element : elements()) {
    if (index-- == 0) return element;
  }
  return {};
}

Members View::members() const { return Members(is_object() ? raw_ : std::string_view{}); }

Elements View::elements() const { return Elements(is_array() ? raw_ : std::string_view{}); }

bool View::empty_value() const {
  if (is_string()) return raw_.size() == 2;
  if (!is_array() && !is_object()) return false;
  return viewing::next_item(raw_.data() + 1, raw_.data() + raw_.size()) == nullptr;
}

Members::iterator::iterator(const char* at, const char* end) : end_(end) {
  if (at == end) return;
  next_ = at + 1;
  read();
}

Members::iterator& Members::iterator::operator++() {
  read();
  return *this;
}

void Members::iterator::read() {
  at_ = viewing::next_item(next_, end_);
  if (at_ == nullptr) return;
  const scan::StringEnd name = scan::string_end(at_, end_);
  member_.key = viewing::inside(viewing::between(at_, name.at));
  if (name.escaped) {
    auto plain = std::make_shared<std::string>();
    unescape(*plain, member_.key);
    unescaped_key_ = std::move(plain);
    member_.key = *unescaped_key_;
  }
  const char* const value = viewing::value_of(name.at, end_);
  next_ = scan::value_end(value, end_);
  member_.value = View(viewing::between(value, next_));
}

Elements::iterator::iterator(const char* at, const char* end) : end_(end) {
  if (at == end) return;
  next_ = at + 1;
  read();
}

Elements::iterator& Elements::iterator::operator++() {
  read();
  return *this;
}

void Elements::iterator::read() {
  at_ = viewing::next_item(next_, end_);
  if (at_ == nullptr) return;
  next_ = scan::value_end(at_, end_);
  value_ = View(viewing::between(at_, next_));
}

}  // namespace llmgw::json
