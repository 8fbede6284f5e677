#pragma once

#include <string>
#include <string_view>

namespace llmgw::json {

/// Joins surrogate halves that a server has split over two deltas (an emoji written as "\ud83d" and
/// "\ude00"). A high half at the end of a piece is held back for the next piece; a half without a partner
/// becomes U+FFFD.
class TextJoiner {
 public:
  /// The text that can be passed on after this piece, as valid UTF-8.
  std::string feed(std::string piece);
  /// What was held back, at the end of the block: U+FFFD or nothing.
  std::string flush();

 private:
  std::string held_;
};

}  // namespace llmgw::json
