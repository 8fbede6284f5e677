#pragma once

#include <string>
#include <string_view>

namespace llmgw::cli {

/// Where text goes: standard output, standard error, or a string in tests. A write error is kept, not thrown away:
/// the program ends with it.
class Output {
 public:
  virtual ~Output() = default;
  /// Takes the text; it may stay buffered until `flush`.
  virtual void write(std::string_view text) = 0;
  /// Hands everything to the system.
  virtual void flush() = 0;
  /// The first errno of a failed write, 0 while all went well.
  [[nodiscard]] int error() const { return error_; }

 protected:
  int error_ = 0;
};

/// A file descriptor, which it does not own.
class FdOutput final : public Output {
 public:
  explicit FdOutput(int fd) : fd_(fd) {}
  void write(std::string_view text) override;
  void flush() override;

 private:
  int fd_;
  std::string buffer_;
};

/// Keeps what is written, for tests.
class StringOutput final : public Output {
 public:
  void write(std::string_view text) override { text_ += text; }
  void flush() override {}
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace llmgw::cli
