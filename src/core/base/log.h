#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace llmgw {

/// Writes lines for people and log collectors to standard error. Safe to use from several threads. Control
/// characters in what it is given are escaped, so that no client can forge a line. It never waits: where standard error
/// is a pipe that nobody reads, a terminal that stands still or a file on a full disk, lines are left out, counted, and
/// told of later.
class Log {
 public:
  enum class Level { debug, info, warn, error, off };
  enum class Format { text, json };

  /// `fd`: another descriptor than standard error, which must stay open.
  Log(Level level, Format format, int fd = 2);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message) const { write(Level::debug, message); }
  void info(std::string_view message) const { write(Level::info, message); }
  void warn(std::string_view message) const { write(Level::warn, message); }
  void error(std::string_view message) const { write(Level::error, message); }
  /// One line that has its format already: the request log. Control characters in it are escaped all the same.
  void line(std::string_view text) const;
  /// Lines left out so far.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  void write(Level level, std::string_view message) const;
  struct Sink;
  std::unique_ptr<Sink> sink_;
  Level level_;
  Format format_;
};

}  // namespace llmgw
