#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace llmgw::cli {

/// What standard input is; it decides whether reading it may wait for a person.
enum class InputKind {
  terminal,  ///< a person
  file,      ///< a regular file or /dev/null: reading never waits
  pipe,      ///< a pipe, a socket, anything else: the other end may be slow, or silent for ever
  closed,    ///< no descriptor at all
};

/// Where a command reads from: standard input, or a string in tests.
class Input {
 public:
  virtual ~Input() = default;
  [[nodiscard]] virtual InputKind kind() const = 0;
  /// True when a byte or the end of input came within the patience.
  virtual bool wait(std::chrono::milliseconds patience) = 0;
  /// Everything up to the end; `too_large` when there is more than `max_bytes`.
  virtual Result<std::string> read_all(std::size_t max_bytes) = 0;
};

/// A file descriptor, which it does not own.
class FdInput final : public Input {
 public:
  explicit FdInput(int fd) : fd_(fd) {}
  [[nodiscard]] InputKind kind() const override;
  bool wait(std::chrono::milliseconds patience) override;
  Result<std::string> read_all(std::size_t max_bytes) override;

 private:
  int fd_;
};

/// A fixed text, for tests. `silent` plays a pipe whose writer says nothing.
class StringInput final : public Input {
 public:
  explicit StringInput(std::string text, InputKind what = InputKind::pipe, bool silent = false)
      : text_(std::move(text)), kind_(what), silent_(silent) {}
  [[nodiscard]] InputKind kind() const override { return kind_; }
  bool wait(std::chrono::milliseconds) override { return !silent_; }
  Result<std::string> read_all(std::size_t max_bytes) override;

 private:
  std::string text_;
  InputKind kind_;
  bool silent_;
};

}  // namespace llmgw::cli
