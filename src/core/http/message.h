#pragma once

#include <string>
#include <string_view>

#include "core/http/headers.h"

namespace llmgw::http {

/// A whole request.
struct Request {
  std::string method;  ///< as received, upper case for the known ones
  std::string target;  ///< origin form: path and query
  bool http10 = false;
  bool keep_alive = true;
  Headers headers;
  std::string body;

  /// Empties it. The memory of small parts is kept for the next request, a large body's is not.
  void clear();
  /// The target without its query.
  [[nodiscard]] std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  /// The query without its `?`, empty when there is none.
  [[nodiscard]] std::string_view query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
  }
};

/// The status line and headers of a response.
struct ResponseHead {
  int status = 0;
  std::string reason;
  Headers headers;
  bool keep_alive = true;  ///< the connection may be used again after the body

  /// Empties it and keeps the memory for the next response.
  void clear();
};

/// The standard reason phrase of a status, or "Unknown".
std::string_view reason_phrase(int status);

}  // namespace llmgw::http
