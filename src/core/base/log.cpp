#include "core/base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <utility>

#include "core/base/clock.h"

namespace llmgw {
namespace log_lines {

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
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else if (json && (c == '"' || c == '\\')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace log_lines

struct Log::Sink {
  spdlog::logger logger{"llmgw", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(Level level, Format format) : sink_(std::make_unique<Sink>()), level_(level), format_(format) {
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(spdlog::level::trace);
  sink_->logger.flush_on(spdlog::level::trace);
}

Log::~Log() = default;

void Log::write(Level level, std::string_view message) const {
  if (level < level_) return;
  const auto time = rfc3339(SystemClock().unix_s());
  if (format_ == Format::json) {
    sink_->logger.info("{{\"time\":\"{}\",\"level\":\"{}\",\"message\":\"{}\"}}", time, log_lines::name(level),
                       log_lines::visible(message, true));
  } else {
    sink_->logger.info("{} {}: {}", time, log_lines::name(level), log_lines::visible(message, false));
  }
}

void Log::line(std::string_view text) const { sink_->logger.info("{}", text); }

}  // namespace llmgw
