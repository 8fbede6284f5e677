#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace llmgw::cli {

/// A key that was pressed while a screen is shown.
struct Key {
  enum class Kind : std::uint8_t { letter, up, down, page_up, page_down, home, end };
  Kind kind = Kind::letter;
  char letter = '\0';  ///< what was typed, of ASCII
  friend bool operator==(const Key&, const Key&) = default;
};

/// Takes the keys from the bytes that a terminal sent (ECMA-48 and xterm's sequences). What begins a sequence and does
/// not end it stays in `bytes`; sequences of other keys are left out.
std::vector<Key> take_keys(std::string& bytes);

/// The keyboard of a screen: keys come one by one and unseen, from the moment it is made to its end.
class Keyboard {
 public:
  virtual ~Keyboard() = default;
  /// The next key, or nullopt when the time is over, a signal came, or the window has another size.
  virtual std::optional<Key> wait(std::chrono::milliseconds patience) = 0;
};

/// The keyboard of the terminal that is standard input; null when that is none.
std::unique_ptr<Keyboard> open_keyboard();

}  // namespace llmgw::cli
