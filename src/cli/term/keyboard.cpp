#include "cli/term/keyboard.h"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <string_view>

#include "cli/term/key_bytes.h"

namespace llmgw::cli {
namespace keyboard {

struct Sequence {
  std::string_view text;  ///< behind ESC
  Key::Kind kind;
};
// A terminal in application mode sends O where others send [.
constexpr std::array sequences{
    Sequence{"[A", Key::Kind::up},   Sequence{"OA", Key::Kind::up},       Sequence{"[B", Key::Kind::down},
    Sequence{"OB", Key::Kind::down}, Sequence{"[5~", Key::Kind::page_up}, Sequence{"[6~", Key::Kind::page_down},
    Sequence{"[H", Key::Kind::home}, Sequence{"OH", Key::Kind::home},     Sequence{"[1~", Key::Kind::home},
    Sequence{"[F", Key::Kind::end},  Sequence{"OF", Key::Kind::end},      Sequence{"[4~", Key::Kind::end},
};

/// Bytes behind ESC that belong to one sequence; 0 when its end is still to come.
std::size_t length_of(std::string_view behind) {
  if (behind.empty()) return 0;
  if (behind.front() == 'O') return behind.size() < 2 ? 0 : 2;
  if (behind.front() != '[') return 1;
  for (std::size_t i = 1; i < behind.size(); ++i) {
    if (behind[i] >= '@' && behind[i] <= '~') return i + 1;  // the byte that ends a control sequence
  }
  return 0;
}

void do_nothing(int) {}

/// Standard input without echo and line editing. What it was is put back at the end.
class TerminalKeyboard final : public Keyboard {
 public:
  explicit TerminalKeyboard(const termios& before) : before_(before) {
    auto raw = before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // suspended, the screen would stay behind in the shell
    ::tcsetattr(0, TCSANOW, &raw);
    // Without a handler a new size of the window interrupts nothing.
    struct sigaction action {};
    action.sa_handler = do_nothing;
    ::sigaction(SIGWINCH, &action, &before_resize_);
  }
  ~TerminalKeyboard() override {
    ::sigaction(SIGWINCH, &before_resize_, nullptr);
    ::tcsetattr(0, TCSANOW, &before_);
  }
  TerminalKeyboard(const TerminalKeyboard&) = delete;
  TerminalKeyboard& operator=(const TerminalKeyboard&) = delete;

  std::optional<Key> wait(std::chrono::milliseconds patience) override {
    if (keys_.empty() && !gone_) fill(patience);
    if (keys_.empty()) return std::nullopt;
    const auto key = keys_.front();
    keys_.pop_front();
    return key;
  }

 private:
  void fill(std::chrono::milliseconds patience) {
    pollfd wait{0, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(patience.count())) <= 0) return;
    std::array<char, 256> buffer{};
    const auto count = ::read(0, buffer.data(), buffer.size());
    if (count <= 0) {
      gone_ = true;
      keys_.push_back({.letter = 'q'});  // the terminal went away, and nobody looks at the screen any more
      return;
    }
    add_bytes(bytes_, {buffer.data(), static_cast<std::size_t>(count)});
    for (const auto& key : take_keys(bytes_)) keys_.push_back(key);
  }

  termios before_;
  struct sigaction before_resize_ {};
  std::string bytes_;
  std::deque<Key> keys_;
  bool gone_ = false;
};

}  // namespace keyboard

std::vector<Key> take_keys(std::string& bytes) {
  constexpr char escape = '\x1b';
  std::vector<Key> keys;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    if (rest.front() != escape) {
      if (static_cast<unsigned char>(rest.front()) < 0x80) keys.push_back({.letter = rest.front()});
      rest.remove_prefix(1);
      continue;
    }
    const auto length = keyboard::length_of(rest.substr(1));
    if (length == 0) break;
    for (const auto& sequence : keyboard::sequences) {
      if (rest.substr(1, length) == sequence.text) keys.push_back({.kind = sequence.kind});
    }
    rest.remove_prefix(1 + length);
  }
  bytes = std::string(rest);
  return keys;
}

void add_bytes(std::string& bytes, std::string_view read) {
  const bool goes_on = read.starts_with('[') || read.starts_with('O');
  if (bytes == "\x1b" && !goes_on) bytes.clear();
  bytes += read;
}

std::unique_ptr<Keyboard> open_keyboard() {
  termios now{};
  if (::isatty(0) != 1 || ::tcgetattr(0, &now) != 0) return nullptr;
  return std::make_unique<keyboard::TerminalKeyboard>(now);
}

}  // namespace llmgw::cli
