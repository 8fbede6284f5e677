#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/view.h"

namespace llmgw::dialect {

/// Recognises an event that differs from the one before in a single string. The deltas of an answer are such events,
/// and comparing bytes costs a tenth of parsing them.
class RepeatedEvent {
 public:
  /// Remembers an event whose JSON text is `data`; `hole` is the string value inside it that may differ.
  void learn(std::string_view data, json::View hole);
  /// The next event is compared with nothing.
  void forget() { size_ = 0; }
  /// False where learning has been in vain for a while: some servers put something new into every event.
  [[nodiscard]] bool worth_learning() const { return in_vain_ < most_in_vain; }
  /// The string in the hole, when `data` is the same event but for it and the string is not empty and holds no escape:
  /// then `data` is valid JSON too.
  std::optional<std::string_view> text_of(std::string_view data);

 private:
  static constexpr int most_in_vain = 8;
  std::string frame_;       ///< what stands before the string and behind it, quotes included
  std::size_t before_ = 0;  ///< bytes of `frame_` that stand before it
  std::size_t size_ = 0;
  int in_vain_ = 0;  ///< events learned since one was recognised
};

}  // namespace llmgw::dialect
