#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/http/message.h"
#include "core/net/task.h"

namespace llmgw::net {

using std::chrono::milliseconds;

/// Where requests go: one server with its transport settings. Equal endpoints share pooled connections.
struct Endpoint {
  bool tls = false;
  std::string host;  ///< name or address without brackets; the Host header and TLS name
  std::uint16_t port = 0;
  std::string address;        ///< the one of the host's addresses to connect to; empty: whichever answers first
  std::string unix_path;      ///< connect here instead of host:port when not empty
  std::string ca_file;        ///< PEM file that replaces the system's trust store
  bool insecure_tls = false;  ///< do not verify the certificate
  std::string client_cert;    ///< PEM file of a client certificate, or empty
  std::string client_key;     ///< PEM file of its key; empty when it is in `client_cert`
  std::string proxy;          ///< replaces the environment's proxy; `none` reaches the endpoint directly
  friend bool operator==(const Endpoint&, const Endpoint&) = default;

  /// The value of the Host header: the port only when it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
};

/// An endpoint as requests carry it: all requests to one upstream share it.
using SharedEndpoint = std::shared_ptr<const Endpoint>;
inline SharedEndpoint share(Endpoint endpoint) { return std::make_shared<const Endpoint>(std::move(endpoint)); }

/// What a server showed of itself in a TLS handshake.
struct PeerCertificate {
  std::string subject;                       ///< of the server's own certificate, one line
  std::string issuer;                        ///< who signed it
  std::optional<std::int64_t> expires_unix;  ///< seconds since 1970: the first of the chain to end
};

/// Splits `http(s)://host[:port][/base/path]` or `unix:PATH[:/base/path]`; `path` gets the base path without a trailing
/// slash.
struct Url {
  Endpoint endpoint;
  std::string path;
};
Result<Url> parse_url(std::string_view text);

/// Time limits of one exchange; zero means none.
struct Deadlines {
  milliseconds connect{10'000};
  milliseconds first_byte{1'200'000};  ///< from the request's last byte to the response head
  milliseconds idle{1'200'000};        ///< between two reads of the body
  milliseconds total{0};
};

/// A request for an endpoint. `message.headers` holds everything but Host, Content-Length and Connection.
struct HttpRequest {
  SharedEndpoint endpoint;  ///< never null
  http::Request message;
  /// The body where somebody else keeps it until the exchange is over; `message.body` is not looked at then.
  std::optional<std::string_view> borrowed_body{};
  Deadlines deadlines;
  /// Filled in before the head when the exchange opened a TLS connection of its own; null: nobody wants to know.
  std::shared_ptr<std::optional<PeerCertificate>> certificate = nullptr;

  [[nodiscard]] std::string_view body() const { return borrowed_body ? *borrowed_body : message.body; }
};

/// What `HttpStream::next` brings.
struct Chunk {
  enum class Kind {
    data,  ///< `bytes` holds body bytes
    idle,  ///< nothing came within the caller's patience; ask again
    end,   ///< the body is complete
  };
  Kind kind = Kind::end;
  std::string_view bytes;  ///< valid until the next call; decoded (no chunk framing, no content coding)
};

/// One exchange in flight. Its destructor cancels what is not finished: the connection is closed, so the upstream
/// notices within a round trip. A finished exchange gives its connection back to the pool.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  /// Waits for the response head for at most `patience` (zero: until a deadline). False: it has not come yet.
  virtual Task<Result<bool>> await_head(milliseconds patience) = 0;
  /// The head, after `await_head` answered true.
  [[nodiscard]] virtual const http::ResponseHead& head() const = 0;
  /// What `next` would answer without waiting; nullopt where it has to wait.
  virtual std::optional<Result<Chunk>> ready() { return std::nullopt; }
  /// When the request's last byte (over TLS: its first) was about to leave, in nanoseconds as SystemClock counts. The
  /// server cannot have had all of it earlier, so no answer seems faster than it was. Known with the head.
  [[nodiscard]] virtual std::int64_t sent_ns() const = 0;
  /// The next piece of the body, as soon as any byte is there. Errors: `upstream_protocol` for a body that is cut
  /// or malformed, `timeout`, `network`, `cancelled`.
  virtual Task<Result<Chunk>> next(milliseconds patience) = 0;
};

/// Sends requests. One per worker; not shared between threads. Network failures before the head are `network`
/// errors; a reused connection that fails before any response byte is retried once on a fresh one, inside.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Connects (or takes a pooled connection) and sends the request.
  virtual Task<Result<std::unique_ptr<HttpStream>>> open(HttpRequest request) = 0;
};

/// A whole small response.
struct HttpResponse {
  http::ResponseHead head;
  std::string body;
};

/// Sends a request and reads the whole body, up to `max_body` bytes.
Task<Result<HttpResponse>> fetch(HttpClient& client, HttpRequest request, std::size_t max_body);

}  // namespace llmgw::net
