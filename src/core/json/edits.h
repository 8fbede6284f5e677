#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/view.h"

namespace llmgw::json {

/// Changes to a JSON text that leave every other byte as it was received: key order, white space, number
/// spelling. Views must come from the text that `apply` is given. A later edit of the same place wins over an
/// earlier one, and an edit of a value wins over edits inside of it.
class Edits {
 public:
  /// Puts `raw_json` in the place of `value`.
  void replace(View value, std::string raw_json);
  /// Sets a member of `object`: replaced where it stands (every repetition of the key), else added at the
  /// end.
  void set(View object, std::string_view key, std::string raw_json);
  /// Removes a member of `object`, each time the key occurs.
  void erase(View object, std::string_view key);
  /// Removes elements of `array` for which `indices` (rising) name the place.
  void erase_elements(View array, const std::vector<std::size_t>& indices);

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// The text with all edits carried out, in one pass.
  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  friend class Splicer;
  enum class Kind { replace, set, erase, erase_elements };
  struct Step {
    Kind kind;
    View target;
    std::string key;
    std::string raw_json;
    std::vector<std::size_t> indices;
  };
  std::vector<Step> steps_;
};

}  // namespace llmgw::json
