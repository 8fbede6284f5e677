#include "core/base/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <iterator>
#include <mutex>
#include <utility>

#include "core/base/clock.h"

namespace llmgw {
namespace log_lines {

/// What a pipe holds before lines are left out: enough for a collector that pauses for a moment.
constexpr int pipe_bytes = 1 << 20;

std::string_view name(Log::Level level) {
  switch (level) {
    case Log::Level::debug: return "debug";
    case Log::Level::info: return "info";
    case Log::Level::warn: return "warning";
    case Log::Level::error: return "error";
    case Log::Level::off: break;
  }
  return "off";
}

// A newline or an escape sequence in a logged value could forge lines or drive the reader's terminal.
std::string visible(std::string_view text, bool json) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    // U+0080..U+009F, in UTF-8: some terminals read U+009B as ESC [.
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    if (c1) ++i;
    if (c1 || byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c1 ? next : byte);
    } else if (json && (c == '"' || c == '\\')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string event(Log::Level level, std::string_view message, bool json) {
  const auto time = rfc3339(SystemClock().unix_s());
  if (!json) return fmt::format("{} {}: {}", time, name(level), visible(message, false));
  return fmt::format(R"({{"time":"{}","level":"{}","message":"{}"}})", time, name(level), visible(message, true));
}

/// Writes to a descriptor, but never waits for whoever reads it: lines that it does not take are left out and counted.
class PatientSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  PatientSink(int fd, bool json, std::atomic<std::uint64_t>& lost) : fd_(fd), json_(json), lost_(lost) {
    fcntl(fd, F_SETPIPE_SZ, pipe_bytes);  // fails where it is no pipe, and where a limit says so
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto text = std::string_view(message.payload.data(), message.payload.size());
    if (missing_ != 0 && ready()) {
      const auto note = fmt::format("{} lines of the log are missing here: they could not be written", missing_);
      const auto line = event(Log::Level::warn, note, json_);
      if (put(fmt::format("{}{}\n", torn_ ? "\n" : "", line))) missing_ = 0;
    }
    if (missing_ == 0 && put(fmt::format("{}\n", text))) return;
    ++missing_;
    lost_.fetch_add(1, std::memory_order_relaxed);
  }
  void flush_() override {}

  [[nodiscard]] bool ready() const {
    pollfd wanted{fd_, POLLOUT, 0};
    return ::poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLOUT) != 0;
  }

  /// True when the whole text was taken. A pipe that is ready takes PIPE_BUF bytes without a wait (pipe(7)).
  bool put(std::string_view text) {
    while (!text.empty()) {
      if (!ready()) return false;
      const auto written = ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
      torn_ = !text.empty();
    }
    return true;
  }

  int fd_;
  bool json_;
  std::atomic<std::uint64_t>& lost_;
  std::uint64_t missing_ = 0;  ///< since the last line that was written
  bool torn_ = false;          ///< the last line stopped halfway
};

}  // namespace log_lines

struct Log::Sink {
  Sink(int fd, bool json) : logger("llmgw", std::make_shared<log_lines::PatientSink>(fd, json, lost)) {}
  std::atomic<std::uint64_t> lost{0};
  spdlog::logger logger;
};

Log::Log(Level level, Format format, int fd)
    : sink_(std::make_unique<Sink>(fd, format == Format::json)), level_(level), format_(format) {
  sink_->logger.set_level(spdlog::level::trace);
}

Log::~Log() = default;

void Log::write(Level level, std::string_view message) const {
  if (level < level_) return;
  line(log_lines::event(level, message, format_ == Format::json));
}

void Log::line(std::string_view text) const {
  const auto shown = log_lines::visible(text, false);
  sink_->logger.info(spdlog::string_view_t(shown.data(), shown.size()));
}

std::uint64_t Log::lost() const { return sink_->lost.load(std::memory_order_relaxed); }

}  // namespace llmgw
