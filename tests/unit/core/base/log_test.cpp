#include "core/base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/net/sigpipe_guard.h"

namespace base_log {

using namespace llmgw;

class Pipe {
 public:
  Pipe() { REQUIRE(pipe2(ends_.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    close_writer();
    close_reader();
  }
  void close_reader() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  /// What is in the pipe now.
  std::string read_all() {
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string all;
    std::array<char, 4096> some{};
    for (;;) {
      const auto size = read(ends_[0], some.data(), some.size());
      if (size <= 0) return all;
      all.append(some.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  std::array<int, 2> ends_{};
};

std::size_t lines_in(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += c == '\n' ? 1 : 0;
  return count;
}

TEST_CASE("a log line ends with a newline and carries time and level", "[log]") {
  Pipe pipe;
  const Log log(Log::Level::info, Log::Format::text, pipe.writer());
  log.warn("disk\nfull");
  log.debug("not wanted");
  log.line("as it is");
  const auto text = pipe.read_all();
  CHECK(text.find("Z warning: disk\\u000afull\nas it is\n") != std::string::npos);
  CHECK(lines_in(text) == 2);
}

TEST_CASE("no control character of a logged text reaches a terminal, and every letter does", "[log]") {
  Pipe pipe;
  const Log log(Log::Level::info, Log::Format::text, pipe.writer());
  log.line("a\x1b[2J\x7f");
  // U+009B is ESC [ in one character, U+0085 a line's end.
  log.line("{\"x\":\"\u009b31m\u0085\u0080\u009fy\"}");
  log.line("\u00a0\u00df \u4e2d \xc2");
  log.info("\u009b");
  const auto text = pipe.read_all();
  CHECK(
      text.starts_with("a\\u001b[2J\\u007f\n{\"x\":\"\\u009b31m\\u0085\\u0080\\u009fy\"}\n\u00a0\u00df \u4e2d \xc2\n"));
  CHECK(text.ends_with("info: \\u009b\n"));
}

TEST_CASE("nobody waits for a log that is not read", "[log]") {
  Pipe pipe;
  const Log log(Log::Level::info, Log::Format::text, pipe.writer());
  const std::string line(1000, 'x');
  constexpr std::size_t lines = 3000;  // three times what the largest pipe of ours holds
  for (std::size_t i = 0; i < lines; ++i) log.line(line);
  const auto lost = log.lost();
  CHECK(lost > 0);
  CHECK(lines_in(pipe.read_all()) == lines - lost);

  SECTION("and what is missing is told of once there is room") {
    log.line("again");
    const auto text = pipe.read_all();
    CHECK(text.find(std::to_string(lost) + " lines of the log are missing here") != std::string::npos);
    CHECK(text.ends_with("\nagain\n"));
    CHECK(log.lost() == lost);
  }
}

TEST_CASE("a long line that a full pipe cuts does not swallow the next one", "[log]") {
  Pipe pipe;
  const Log log(Log::Level::info, Log::Format::json, pipe.writer());
  const std::string line(300'000, 'x');
  while (log.lost() == 0) log.line(line);
  pipe.read_all();
  log.line("{}");
  const auto text = pipe.read_all();
  CHECK(text.starts_with('\n'));
  CHECK(text.find("\n{\"time\"") != std::string::npos);
  CHECK(text.ends_with("\n{}\n"));
}

TEST_CASE("lines that nobody can read any more are counted as lost", "[log]") {
  Pipe pipe;
  const Log log(Log::Level::info, Log::Format::text, pipe.writer());
  log.line("read");
  CHECK(log.lost() == 0);
  pipe.close_reader();
  const net::SigpipeGuard guard;
  log.line("unread");
  log.line("unread");
  CHECK(log.lost() == 2);
}

TEST_CASE("lines that a full disk does not take are counted as lost", "[log]") {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  const Log log(Log::Level::info, Log::Format::text, full);
  log.line("a");
  log.line("b");
  CHECK(log.lost() == 2);
  close(full);
}

}  // namespace base_log
