#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/http/parser.h"
#include "core/net/task.h"
#include "proxy/server/body_budget.h"
#include "proxy/server/listen.h"
#include "proxy/server/responder.h"

namespace boost::asio {
class io_context;
}

namespace llmgw::server {

using std::chrono::milliseconds;

/// Limits of the connections of one server.
struct ServerOptions {
  http::Limits limits;                  ///< the body limit counts bytes after inflation
  milliseconds header_timeout{10'000};  ///< from the first byte of a request to the end of its head
  milliseconds body_grace{10'000};      ///< before `body_bytes_per_s` is asked for
  std::size_t body_bytes_per_s = 1024;  ///< least rate at which a request body must come
  milliseconds idle_timeout{75'000};    ///< between two requests of a connection
  milliseconds write_timeout{60'000};   ///< a reader that takes nothing for so long has left
  milliseconds cancel_grace{2'000};     ///< for cancelled handlers to write their last words in `drain`
  BodyBudget* bodies = nullptr;         ///< for all requests together, must outlive the server; null: no bound
  std::size_t max_connections = 4096;   ///< more are answered 503 and closed
  /// Told +1 when a connection opens and -1 when it closes; may be empty.
  std::function<void(int)> on_connection = {};
};

/// What a server is doing and has done.
struct ServerCounters {
  std::size_t connections = 0;      ///< open now
  std::size_t active_requests = 0;  ///< handlers running now
  std::uint64_t accepted = 0;       ///< connections since the start
  std::uint64_t refused = 0;        ///< connections over `max_connections`
  std::uint64_t requests = 0;       ///< requests handed to the handler
  std::uint64_t bad_requests = 0;   ///< requests that broke HTTP or a limit
  std::uint64_t client_left = 0;    ///< clients that went away before their answer was complete
};

/// The HTTP/1.1 server of one worker. All calls belong on the io_context's thread. The handler must outlive it.
/// Before the io_context is destroyed, await `drain`.
class Server {
 public:
  Server(boost::asio::io_context& io, Handler& handler, ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts to accept on a bound socket; may be called for several.
  void listen(ListenSocket socket);
  /// Closes the listeners and idle connections; running requests go on, their connections close afterwards.
  void stop_accepting();
  /// `stop_accepting`, then waits for running requests at most `limit`. What still runs then is cancelled: its
  /// awaits end with `cancelled`, but its responder still writes for `cancel_grace`, so that a stream can say why it
  /// ends. False when something had to be cancelled.
  net::Task<bool> drain(milliseconds limit);
  [[nodiscard]] const ServerCounters& counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace llmgw::server
