#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/http/message.h"

namespace llmgw::http {

/// What a parser accepts before it answers 431 or 413.
struct Limits {
  std::size_t head_bytes = std::size_t{64} << 10U;
  std::size_t header_fields = 100;
  std::size_t body_bytes = std::size_t{32} << 20U;  ///< of requests; a response's body is handed on as it comes
};

/// Incremental HTTP/1 request parser; strict about everything that request smuggling needs (RFC 9112 section 11.2):
/// both Content-Length and Transfer-Encoding, repeated lengths, codings other than chunked, folded lines, bare CR or
/// LF, NUL and control bytes, white space before the colon, a missing or repeated Host. Errors carry the status to
/// answer (400, 413, 431, 501, 505); the connection must then be closed.
class RequestParser {
 public:
  explicit RequestParser(const Limits& limits = {});
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  /// Takes bytes; answers how many belonged to this request (the rest is the next, pipelined one).
  Result<std::size_t> feed(std::string_view bytes);
  /// The head is complete; `request()` is filled but for the body.
  [[nodiscard]] bool head_done() const;
  /// The request is complete.
  [[nodiscard]] bool done() const;
  /// True once any byte of a request was taken.
  [[nodiscard]] bool started() const;
  /// True after the head when the client waits for `100 Continue`.
  [[nodiscard]] bool expects_continue() const;
  /// The request, whole once `done`; it may be changed and moved from.
  [[nodiscard]] Request& request();
  [[nodiscard]] const Request& request() const;
  /// Makes the parser ready for the next request. The memory of a small one is used again.
  void next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Incremental HTTP/1 response parser with the same strictness; interim 1xx responses are skipped.
class ResponseParser {
 public:
  /// `head_request`: the response to a HEAD has no body whatever its headers say.
  explicit ResponseParser(bool head_request = false, const Limits& limits = {});
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Takes bytes; appends decoded body bytes to `body`; answers how many bytes were used.
  Result<std::size_t> feed(std::string_view bytes, std::string& body);
  /// The peer closed: fine for a body that runs to the end of the connection, an error inside any other.
  Result<> finish();
  [[nodiscard]] bool head_done() const;
  [[nodiscard]] bool done() const;
  /// True once any byte of the response was taken.
  [[nodiscard]] bool started() const;
  [[nodiscard]] const ResponseHead& head() const;
  /// Makes the parser ready for the next response on the connection.
  void reset(bool head_request = false);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmgw::http
