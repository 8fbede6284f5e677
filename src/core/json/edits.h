#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/view.h"

namespace llmgw::json {

/// Changes to a JSON text that leave every other byte as it was received: key order, white space, number spelling.
/// Views must come from the text that `apply` is given.
class Edits {
 public:
  /// Puts `raw_json` in the place of `value`.
  void replace(View value, std::string raw_json);
  /// Sets a member of `object`: replaced where it stands (every repetition of the key), else added at the end.
  void set(View object, std::string_view key, std::string raw_json);
  /// Removes a member of `object`, each time the key occurs.
  void erase(View object, std::string_view key);
  /// Removes elements of `array` for which `indices` (rising) name the place.
  void erase_elements(View array, const std::vector<std::size_t>& indices);

  [[nodiscard]] bool empty() const { return edits_.empty(); }
  /// The text with all edits carried out, in one pass.
  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  struct Edit {
    const char* begin;
    const char* end;
    std::string replacement;
  };
  std::vector<Edit> edits_;
};

}  // namespace llmgw::json
