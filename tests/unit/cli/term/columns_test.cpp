#include "cli/term/columns.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "cli/term/frames.h"

using namespace llmgw::cli;

namespace columns_test {

/// The widest line of a text.
std::size_t widest(std::string_view text) {
  std::size_t most = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    most = std::max(most, width_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return most;
}

}  // namespace columns_test

using columns_test::widest;

TEST_CASE("a text is cut between characters, with a mark", "[cli]") {
  CHECK(clipped("short", 5) == "short");
  CHECK(clipped("longer", 5) == "long~");
  CHECK(clipped("caf\u00e9s", 4) == "caf~");
  CHECK(clipped("\u00e9\u00e9\u00e9", 2) == "\u00e9~");
  CHECK(clipped("x", 0).empty());
  CHECK(width_of("caf\u00e9") == 4);
}

TEST_CASE("pieces flow onto as many lines as they need", "[cli]") {
  CHECK(flowed({"a", "b"}, 20) == "a   b\n");
  CHECK(flowed({"aaaa", "bbbb"}, 10) == "aaaa\nbbbb\n");
  CHECK(flowed({"aaaa", "bbbb"}, 11) == "aaaa   bbbb\n");
  CHECK(flowed({"aaaaaaaa"}, 4) == "aaa~\n");
  CHECK(flowed({}, 4).empty());
}

TEST_CASE("a table cuts wide columns first, then leaves columns out", "[cli]") {
  const std::vector<Column> columns{{"A", 4, 0}, {"MIDDLE", 6, 1}, {"LAST", 4, 2}};
  const std::vector<std::vector<std::string>> rows{{"aaaa", "mmmmmmmmmmmm", "llll"}, {"a", "", "l"}};
  CHECK(table_of(columns, rows, 80) == "A     MIDDLE        LAST\naaaa  mmmmmmmmmmmm  llll\na                   l\n");
  CHECK(table_of(columns, rows, 18) == "A     MIDDLE  LAST\naaaa  mmmmm~  llll\na             l\n");
  CHECK(table_of(columns, rows, 17) == "A     MIDDLE\naaaa  mmmmmmmmmm~\na\n");
  CHECK(table_of(columns, rows, 6) == "A\naaaa\na\n");
  for (std::size_t width = 4; width < 40; ++width) CHECK(widest(table_of(columns, rows, width)) <= width);
}

TEST_CASE("a column of numbers stands to the right and is whole or not there", "[cli]") {
  const std::vector<Column> columns{{"ID", uncut, 0, true}, {"NAME", 4}, {"PWR", uncut, 1, true}};
  const std::vector<std::vector<std::string>> rows{{"0", "a long name", "1000"}, {"10", "b", "9"}};
  CHECK(table_of(columns, rows, uncut) == "ID  NAME          PWR\n 0  a long name  1000\n10  b               9\n");
  CHECK(table_of(columns, rows, 14) == "ID  NAME   PWR\n 0  a l~  1000\n10  b        9\n");
  CHECK(table_of(columns, rows, 13) == "ID  NAME\n 0  a long n~\n10  b\n");
}

TEST_CASE("a frame is one write that covers the old one and never clears the screen in between", "[cli]") {
  StringOutput out;
  {
    Frames frames(out, {.tty = true, .colour = false, .columns = 80, .rows = 4});
    frames.show("one\ntwo\n");
    CHECK(out.text() == "\x1b[?2026h\x1b[?25l\x1b[2J\x1b[Hone\x1b[K\ntwo\x1b[K\n\x1b[J\x1b[?2026l");
    const auto before = out.text().size();
    frames.show("1\n2\n3\n4\n5\n");
    CHECK(out.text().substr(before) == "\x1b[?2026h\x1b[H1\x1b[K\n2\x1b[K\n(3 more lines)\x1b[K\n\x1b[J\x1b[?2026l");
  }
  CHECK(out.text().ends_with("\x1b[?25h"));
}

TEST_CASE("frames that go to a file hold no control sequence", "[cli]") {
  StringOutput out;
  {
    Frames frames(out, {});
    frames.show("one\n");
    frames.show("two\n");
  }
  CHECK(out.text() == "one\n\ntwo\n");
}
