#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace llmgw::http {

/// Makes a gzip body piece by piece.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(Gzip&&) noexcept;
  Gzip& operator=(Gzip&&) noexcept;

  /// Appends compressed bytes from which the reader can restore everything fed so far.
  void feed(std::string_view bytes, std::string& out);
  /// Appends the end of the body; call once, last.
  void finish(std::string& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmgw::http
