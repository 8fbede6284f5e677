#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::json {

/// The six kinds of JSON value, and `missing` for a view of nothing.
enum class Kind { missing, null, boolean, number, string, array, object };

class Members;
class Elements;

/// A value inside a JSON text that `parse` has accepted. A view borrows the text, copies nothing and cannot
/// fail: a getter of the wrong kind answers nullopt, a member that is not there is a missing view.
class View {
 public:
  View() = default;

  [[nodiscard]] Kind kind() const;
  /// True when there is a value (JSON null is a value).
  [[nodiscard]] explicit operator bool() const { return !raw_.empty(); }
  /// True when missing or JSON null: the two read the same in most of the formats.
  [[nodiscard]] bool absent() const { return raw_.empty() || raw_.front() == 'n'; }
  [[nodiscard]] bool is_string() const { return !raw_.empty() && raw_.front() == '"'; }
  [[nodiscard]] bool is_array() const { return !raw_.empty() && raw_.front() == '['; }
  [[nodiscard]] bool is_object() const { return !raw_.empty() && raw_.front() == '{'; }
  [[nodiscard]] bool is_number() const { return kind() == Kind::number; }

  /// The bytes of the value as they were received, without surrounding white space.
  [[nodiscard]] std::string_view raw() const { return raw_; }

  [[nodiscard]] std::optional<bool> boolean() const;
  /// A number with an integral value that fits (1, 1.0 and 1e3 do).
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<double> number() const;
  /// The unescaped text. A lone surrogate escape, which JSON allows (RFC 8259 section 8.2), becomes its
  /// three-byte generalised UTF-8 form (ED A0..BF xx): see `TextJoiner`, which joins halves that two deltas
  /// share.
  [[nodiscard]] std::optional<std::string> string() const;
  /// The text when it holds no escape, without a copy; nullopt otherwise.
  [[nodiscard]] std::optional<std::string_view> plain_string() const;
  /// Compares a string value with a text, unescaping only when needed.
  [[nodiscard]] bool equals(std::string_view text) const;

  /// The member of an object; the last one wins where a key is repeated. Scans the object: read several
  /// members in one pass over `members()` instead.
  [[nodiscard]] View operator[](std::string_view key) const;
  /// The element of an array; missing when there are fewer. Scans the array up to it.
  [[nodiscard]] View operator[](std::size_t index) const;
  /// Members in the order received; empty when this is no object.
  [[nodiscard]] Members members() const;
  /// Elements in order; empty when this is no array.
  [[nodiscard]] Elements elements() const;
  /// True for `[]`, `{}` and `""`.
  [[nodiscard]] bool empty_value() const;

 private:
  friend class Members;
  friend class Elements;
  friend Result<View> parse(std::string_view text, std::size_t max_depth);
  friend View trusted(std::string_view raw);
  explicit View(std::string_view raw) : raw_(raw) {}
  std::string_view raw_;
};

/// One member of an object. `key` is a view into the text when the key holds no escape.
struct Member {
  std::string_view key;  ///< valid until the iterator moves on
  View value;
};

/// A forward range over the members of an object: `for (const auto& [key, value] : view.members())`.
class Members {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Member;
    using difference_type = std::ptrdiff_t;
    using pointer = const Member*;
    using reference = const Member&;
    explicit iterator(const char* at, const char* end);
    const Member& operator*() const { return member_; }
    const Member* operator->() const { return &member_; }
    iterator& operator++();
    bool operator==(const iterator& other) const { return at_ == other.at_; }
    /// Where the member starts in the text: the opening quote of its key.
    [[nodiscard]] const char* position() const { return at_; }

   private:
    void read();
    const char* at_ = nullptr;  ///< start of the key, or nullptr at the end
    const char* next_ = nullptr;
    const char* end_ = nullptr;
    Member member_;
    std::shared_ptr<const std::string> unescaped_key_;  // shared, so that a copied iterator's key stays valid
  };
  [[nodiscard]] iterator begin() const { return iterator(raw_.data(), raw_.data() + raw_.size()); }
  [[nodiscard]] iterator end() const { return iterator(nullptr, nullptr); }

 private:
  friend class View;
  explicit Members(std::string_view raw) : raw_(raw) {}
  std::string_view raw_;
};

/// A forward range over the elements of an array.
class Elements {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    using pointer = const View*;
    using reference = const View&;
    explicit iterator(const char* at, const char* end);
    const View& operator*() const { return value_; }
    const View* operator->() const { return &value_; }
    iterator& operator++();
    bool operator==(const iterator& other) const { return at_ == other.at_; }

   private:
    void read();
    const char* at_ = nullptr;
    const char* next_ = nullptr;
    const char* end_ = nullptr;
    View value_;
  };
  [[nodiscard]] iterator begin() const { return iterator(raw_.data(), raw_.data() + raw_.size()); }
  [[nodiscard]] iterator end() const { return iterator(nullptr, nullptr); }

 private:
  friend class View;
  explicit Elements(std::string_view raw) : raw_(raw) {}
  std::string_view raw_;
};

/// Checks the whole text once (grammar of RFC 8259, UTF-8, depth; no limit above 1024 counts) and gives a
/// view of its value. Errors are `invalid_request` and say the line and column. The view borrows `text`.
Result<View> parse(std::string_view text, std::size_t max_depth = 256);

/// A view of a value known to be valid JSON: llmgw's own output, or the raw text of an earlier view.
View trusted(std::string_view raw);

}  // namespace llmgw::json
