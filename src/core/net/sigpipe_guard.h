#pragma once

#include <csignal>
#include <ctime>

namespace llmgw::net {

/// Keeps SIGPIPE from this thread while it lives. OpenSSL writes to sockets without MSG_NOSIGNAL, so a peer that has
/// reset the connection would end the process; ignoring the signal in the whole process would change how a command
/// ends whose output goes to a closed pipe.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~SigpipeGuard() {
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&sigpipe_, nullptr, &at_once);  // takes the one our own write has raised, if any
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace llmgw::net
