#include "core/net/sigpipe_guard.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

using llmgw::net::SigpipeGuard;

namespace sigpipe_guard_test {

/// Writes to a pipe without a reader, as OpenSSL writes to a socket that was reset.
bool write_to_nobody() {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  const bool failed = ::write(ends[1], "x", 1) < 0;
  ::close(ends[1]);
  return failed;
}

bool is_blocked() {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, SIGPIPE) == 1;
}

bool is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

TEST_CASE("a write to a closed pipe under the guard is an error and no signal, then or later", "[net]") {
  REQUIRE_FALSE(is_blocked());
  {
    const SigpipeGuard guard;
    CHECK(write_to_nobody());  // without the guard this ends the process
    CHECK(is_pending());
  }
  CHECK_FALSE(is_pending());
  CHECK_FALSE(is_blocked());
}

TEST_CASE("the guard leaves a signal that waited before it", "[net]") {
  sigset_t sigpipe, before;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  REQUIRE(write_to_nobody());
  {
    const SigpipeGuard guard;
    CHECK(write_to_nobody());
  }
  CHECK(is_pending());
  const timespec at_once{};
  CHECK(sigtimedwait(&sigpipe, nullptr, &at_once) == SIGPIPE);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace sigpipe_guard_test
