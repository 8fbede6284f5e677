#include "cli/term/input.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace llmgw::cli {
namespace input {

std::unexpected<Error> over_limit(std::size_t max_bytes) {
  return fail(Errc::too_large,
              "standard input holds more than " + std::to_string(max_bytes) + " bytes; see --max-stdin");
}

}  // namespace input

InputKind FdInput::kind() const {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) return InputKind::closed;
  if (::isatty(fd_) == 1) return InputKind::terminal;
  struct stat null {};
  const bool is_null = S_ISCHR(status.st_mode) && ::stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev;
  return S_ISREG(status.st_mode) || is_null ? InputKind::file : InputKind::pipe;
}

bool FdInput::wait(std::chrono::milliseconds patience) {
  pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
}

Result<std::string> FdInput::read_all(std::size_t max_bytes) {
  std::string text;
  std::string buffer(65'536, '\0');
  for (;;) {
    const auto count = ::read(fd_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      wait(std::chrono::milliseconds(-1));
      continue;
    }
    if (count < 0) return fail(Errc::usage, std::string("cannot read standard input: ") + std::strerror(errno));
    if (count == 0) return text;
    text.append(buffer, 0, static_cast<std::size_t>(count));
    if (text.size() > max_bytes) return input::over_limit(max_bytes);
  }
}

Result<std::string> StringInput::read_all(std::size_t max_bytes) {
  if (text_.size() > max_bytes) return input::over_limit(max_bytes);
  return std::exchange(text_, {});
}

}  // namespace llmgw::cli
