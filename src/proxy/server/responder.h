#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/http/message.h"
#include "core/net/task.h"

namespace llmgw::server {

/// What is known of the connection a request came by.
struct Peer {
  std::string address;   ///< "127.0.0.1", "::1" or "unix"
  bool loopback = true;  ///< a loopback address or a unix socket
};

/// Writes one response. An endpoint either sends a whole one, or begins a stream, writes and finishes it. Errors are
/// `cancelled` once the client has gone away.
class Responder {
 public:
  virtual ~Responder() = default;
  /// Sends head and body in one write; adds content-length.
  virtual net::Task<Result<>> send(http::ResponseHead head, std::string body) = 0;
  /// Begins a stream with chunked framing (until close for HTTP/1.0). The head leaves with the first `write`.
  virtual net::Task<Result<>> begin(http::ResponseHead head) = 0;
  /// Writes body bytes as one chunk; returns when the socket has taken them, so a slow reader slows the caller.
  virtual net::Task<Result<>> write(std::string_view bytes) = 0;
  /// Writes body bytes as one chunk as far as that needs no wait. True when it was all; else `rest` is due before
  /// anything else, and the bytes stay where they are until it is done. Saves the coroutine of `write`.
  virtual bool write_now(std::string_view bytes) = 0;
  /// Goes on with what `write_now` left over; returns when the socket has taken it.
  virtual net::Task<Result<>> rest() = 0;
  /// Ends the stream tidily, after these last bytes: both leave in one write.
  virtual net::Task<Result<>> finish(std::string_view last) = 0;
  /// Ends the stream so that the client sees it is broken: the connection closes without the last chunk.
  virtual void abort() = 0;
  /// The same after last words that the client should read: the connection stays open for a moment, because clients
  /// throw away what they have received but not yet read when a body breaks off (fetch.spec.whatwg.org: an errored
  /// stream drops its queue).
  virtual void hang_up() { abort(); }
  /// Like `abort`, by a TCP reset where the connection allows one, whatever was written: what a crashed server does.
  virtual void reset() { abort(); }
  /// True once the head was sent or will be with the next write.
  [[nodiscard]] virtual bool begun() const = 0;
  /// True once the client has gone: nothing can be written any more. A handler that is cancelled while this is false
  /// was stopped by the server's shutdown and may still write and finish.
  [[nodiscard]] virtual bool client_left() const { return false; }
};

/// Answers requests. One per worker; requests of several connections interleave on it.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Answers one request through `responder`. When the client leaves, every co_await in here ends with `cancelled`
  /// within a few milliseconds. References stay valid until the task ends.
  virtual net::Task<> handle(const http::Request& request, const Peer& peer, Responder& responder) = 0;
  /// Judges by the head alone whether a body is worth reading. When it is not, `handle` is called without one and must
  /// refuse the request; the connection closes after that answer.
  virtual bool wants_body(const http::Request&, const Peer&) { return true; }
  /// Bytes of the answer to a request that broke HTTP itself (400, 413, 431 ...) or could not be taken, as far as it
  /// was `seen`; nobody else counts or logs it.
  virtual std::string error_body(const Error& error, const http::Request& seen, const Peer& peer) = 0;
  /// The same for a connection that there is no room for, of which nothing was read. In a flood this is called very
  /// often.
  virtual std::string no_room_body(const Error& error, const Peer& peer) {
    return error_body(error, http::Request(), peer);
  }
};

}  // namespace llmgw::server
