#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ir/event.h"
#include "core/ir/request.h"

namespace llmgw::dialect {

/// The names of a request's tools as an upstream takes them: `[A-Za-z0-9_-]`, at most `max_length`. Other characters
/// become `_`, longer and colliding names end in a digest. A pure function of the list of tools, so the same object
/// made again for the answer restores the client's names.
class ToolNames {
 public:
  ToolNames() = default;
  explicit ToolNames(const std::vector<ir::Tool>& tools, std::size_t max_length = 64);

  /// The name to send for a client's tool name (also for calls in the history whose tool is not declared).
  [[nodiscard]] std::string wire(std::string_view name) const;
  /// The client's name for one that came back; a name that is not known is returned as it is.
  [[nodiscard]] std::string_view restore(std::string_view wire) const;
  /// Gives the calls in these events the client's names.
  void restore(ir::Events& events) const;
  /// True when at least one name had to change, so answers must be restored.
  [[nodiscard]] bool changed() const { return !to_client_.empty(); }

 private:
  std::size_t max_length_ = 64;
  std::map<std::string, std::string, std::less<>> to_wire_;
  std::map<std::string, std::string, std::less<>> to_client_;
};

/// True when `[a-zA-Z0-9_-]{1,max_length}` describes the text: the ids and names that every service takes.
bool is_plain_id(std::string_view text, std::size_t max_length = std::string_view::npos);

/// An id or name made plain: characters outside `[a-zA-Z0-9_-]` become `_`, a longer one is cut to 55 characters and
/// ends in `_` and 8 hexadecimal digits of its SHA-256. Unchanged when it fits already.
std::string plain_id(std::string_view text, std::size_t max_length = std::string_view::npos);

/// The form with the digest, whatever the length: for ids that would collide with another.
std::string hashed_id(std::string_view text);

/// Arguments as a JSON object, for formats that need one.
struct ObjectArguments {
  std::string json;       ///< always a valid JSON object
  bool repaired = false;  ///< the text was no object: a note is due
};

/// The JSON object for an arguments text: empty is `{}`, a string that holds an object is unpacked, another value
/// becomes `{"value": ...}`, and text that does not parse `{}`.
ObjectArguments arguments_object(std::string_view text);

/// The arguments text for a JSON object as received: the same text without white space between tokens. Key order,
/// number spelling and string bytes stay.
std::string compact_json(std::string_view json);

}  // namespace llmgw::dialect
