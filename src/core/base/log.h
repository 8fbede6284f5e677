#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace llmgw {

/// Writes lines for people and log collectors to standard error. Safe to use from several threads. Control
/// characters in what it is given are escaped, so that no client can forge a line.
class Log {
 public:
  enum class Level { debug, info, warn, error, off };
  enum class Format { text, json };

  Log(Level level, Format format);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message) const { write(Level::debug, message); }
  void info(std::string_view message) const { write(Level::info, message); }
  void warn(std::string_view message) const { write(Level::warn, message); }
  void error(std::string_view message) const { write(Level::error, message); }
  /// One line as it is: the request log, already in its format.
  void line(std::string_view text) const;

 private:
  void write(Level level, std::string_view message) const;
  struct Sink;
  std::unique_ptr<Sink> sink_;
  Level level_;
  Format format_;
};

}  // namespace llmgw
