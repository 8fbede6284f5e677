#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>

#include "cli/term/input.h"
#include "cli/term/output.h"

using namespace llmgw::cli;
using std::chrono::milliseconds;

namespace streams_test {

/// A pipe whose ends close with the test.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends[0]);
    close_writer();
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

}  // namespace streams_test

using streams_test::Pipe;

TEST_CASE("standard input is told apart: file, pipe, nothing", "[cli]") {
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(FdInput(null).kind() == InputKind::file);
  ::close(null);
  CHECK(FdInput(null).kind() == InputKind::closed);
  const Pipe pipe;
  CHECK(FdInput(pipe.ends[0]).kind() == InputKind::pipe);
}

TEST_CASE("a silent pipe is seen as silent, one with bytes or an end is not", "[cli]") {
  Pipe pipe;
  FdInput input(pipe.ends[0]);
  CHECK_FALSE(input.wait(milliseconds(0)));
  REQUIRE(::write(pipe.ends[1], "ab", 2) == 2);
  CHECK(input.wait(milliseconds(0)));
  pipe.close_writer();
  CHECK(input.wait(milliseconds(0)));
  CHECK(input.read_all(2) == "ab");
}

TEST_CASE("input over the limit is an error", "[cli]") {
  Pipe pipe;
  REQUIRE(::write(pipe.ends[1], "abc", 3) == 3);
  pipe.close_writer();
  const auto text = FdInput(pipe.ends[0]).read_all(2);
  REQUIRE_FALSE(text);
  CHECK(text.error().code == llmgw::Errc::too_large);
}

TEST_CASE("output arrives when it is flushed", "[cli]") {
  Pipe pipe;
  FdOutput output(pipe.ends[1]);
  output.write("hel");
  output.write("lo");
  FdInput input(pipe.ends[0]);
  CHECK_FALSE(input.wait(milliseconds(0)));
  output.flush();
  pipe.close_writer();
  CHECK(input.read_all(10) == "hello");
}

TEST_CASE("a failed write is kept", "[cli]") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  FdOutput output(full);
  output.write("x");
  CHECK(output.error() == 0);
  output.flush();
  CHECK(output.error() == ENOSPC);
  ::close(full);
}
