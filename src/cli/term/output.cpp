#include "cli/term/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace llmgw::cli {
namespace output {

constexpr std::size_t buffer_size = 16'384;

/// Waits until a descriptor that somebody else made non-blocking (a shared terminal, for instance) takes more.
void wait_writable(int fd) {
  pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
  ::poll(&waiting, 1, -1);
}

}  // namespace output

void FdOutput::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= output::buffer_size) flush();
}

void FdOutput::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && error_ == 0) {
    const auto count = ::write(fd_, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      output::wait_writable(fd_);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

}  // namespace llmgw::cli
