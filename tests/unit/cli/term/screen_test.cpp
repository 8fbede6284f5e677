#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "cli/term/frames.h"
#include "cli/term/key_bytes.h"
#include "cli/term/keyboard.h"

namespace term_screen_test {

using namespace llmgw::cli;
using Kind = Key::Kind;

TEST_CASE("keys of a terminal are told apart, in either mode", "[cli][term]") {
  std::string bytes = "q\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~s";
  CHECK(take_keys(bytes) == std::vector<Key>{{Kind::letter, 'q'},
                                             {Kind::up},
                                             {Kind::down},
                                             {Kind::page_up},
                                             {Kind::page_down},
                                             {Kind::home},
                                             {Kind::end},
                                             {Kind::letter, 's'}});
  CHECK(bytes.empty());
}

TEST_CASE("a sequence that is cut waits for its end, at every point", "[cli][term]") {
  const std::string whole = "\x1b[5~\x1bOA";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    CAPTURE(cut);
    std::string bytes = whole.substr(0, cut);
    auto keys = take_keys(bytes);
    bytes += whole.substr(cut);
    for (const auto& key : take_keys(bytes)) keys.push_back(key);
    CHECK(keys == std::vector<Key>{{Kind::page_up}, {Kind::up}});
    CHECK(bytes.empty());
  }
}

TEST_CASE("the key ESC takes no other key with it", "[cli][term]") {
  std::string bytes;
  add_bytes(bytes, "\x1b");
  CHECK(take_keys(bytes).empty());
  add_bytes(bytes, "q");
  CHECK(take_keys(bytes) == std::vector<Key>{{Kind::letter, 'q'}});
  add_bytes(bytes, "\x1b");
  CHECK(take_keys(bytes).empty());
  add_bytes(bytes, "[A");
  CHECK(take_keys(bytes) == std::vector<Key>{{Kind::up}});
}

TEST_CASE("other keys, other letters and pasted text do nothing", "[cli][term]") {
  std::string bytes = "\x1b[1;5C\x1b[200~\x1bx\xc3\xa9";
  CHECK(take_keys(bytes).empty());
  CHECK(bytes.empty());
}

TEST_CASE("a screen of its own comes and goes, and frames overwrite each other", "[cli][term]") {
  StringOutput out;
  {
    Frames frames(out, {.tty = true, .colour = false, .columns = 80, .rows = 4}, Frames::Screen::own);
    frames.show("a\nb\nc\nd\ne\n");
    const auto first = out.text();
    CHECK(first.contains("\x1b[?1049h"));
    CHECK(first.contains("\x1b[2J"));
    CHECK(first.contains("b\x1b[K\n(3 more lines)\x1b[K\n"));
    CHECK_FALSE(first.contains("c\x1b[K"));  // the last row stays free
    frames.show("x\n");
    const auto second = out.text().substr(first.size());
    CHECK_FALSE(second.contains("\x1b[2J"));  // nothing is wiped between two frames
    CHECK(second.contains("\x1b[Hx\x1b[K\n\x1b[J"));
    frames.resize({.tty = true, .colour = false, .columns = 40, .rows = 10});
    const auto size = out.text().size();
    frames.show("y\n");
    CHECK(out.text().substr(size).contains("\x1b[2J"));
  }
  CHECK(out.text().ends_with("\x1b[?1049l\x1b[?25h"));
}

TEST_CASE("without a terminal frames are plain text", "[cli][term]") {
  StringOutput out;
  {
    Frames frames(out, {.tty = false}, Frames::Screen::own);
    frames.show("a\n");
    frames.show("b\n");
  }
  CHECK(out.text() == "a\n\nb\n");
}

}  // namespace term_screen_test
