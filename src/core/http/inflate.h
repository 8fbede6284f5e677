#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::http {

/// What a Content-Encoding header names.
enum class Coding { identity, zlib, unknown };

/// Reads a Content-Encoding value: nothing or `identity`; `gzip`, `x-gzip` or `deflate`; anything else, lists of
/// several codings included, is unknown.
Coding content_coding(std::string_view value);

/// Undoes gzip and deflate piece by piece; whatever the input so far holds comes out at once.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  /// Appends the plain bytes. `upstream_protocol` for data that is no gzip or deflate; `too_large` when `out` would
  /// grow over `limit` bytes, so a small body cannot blow up to gigabytes.
  Result<> feed(std::string_view bytes, std::string& out, std::size_t limit);
  /// The data has reached its own end (or nothing came at all).
  [[nodiscard]] bool complete() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmgw::http
