#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/http/parser.h"
#include "proxy/server/client_socket.h"
#include "proxy/server/server.h"

namespace llmgw::server {

class Connection;

/// What the connections of one server share.
struct ConnectionContext {
  ConnectionContext(boost::asio::io_context& context, Handler& answers, ServerOptions limits)
      : io(context), handler(answers), options(std::move(limits)), turn(context), closed(context) {}

  boost::asio::io_context& io;
  Handler& handler;
  ServerOptions options;
  ServerCounters counters;
  WriteTurn turn;
  std::unordered_set<Connection*> open;
  bool draining = false;
  net::Event closed;  ///< a connection has ended
};

/// One client's connection: reads requests, has them answered, and watches for the client to leave.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ConnectionContext> context, net::Socket socket, Peer peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs until the connection ends; keeps itself alive.
  void start();
  /// Closes it if no request is on its way.
  void close_if_idle();
  /// Ends every pending wait of the handler with `cancelled`.
  void cancel();
  /// Closes the socket whatever is going on.
  void close() { socket_->close(); }

 private:
  enum class Read { request, leave };

  net::Task<> run();
  net::Task<Read> read_request();
  net::Task<bool> answer();
  net::Task<> refuse(Error error);
  /// Until the client leaves, but not longer.
  net::Task<> discard_received(milliseconds time);
  net::Task<bool> send_continue();
  [[nodiscard]] net::SteadyTime read_deadline() const;
  Result<> decode_body();
  Result<> inflate_body();
  [[nodiscard]] Error too_slow() const;
  [[nodiscard]] static Error too_full();

  std::shared_ptr<ConnectionContext> context_;
  std::shared_ptr<ClientSocket> socket_;
  Peer peer_;
  http::RequestParser parser_;
  BodyShare share_;  ///< for the body that the parser holds
  std::string out_;
  boost::asio::cancellation_signal signal_;
  net::SteadyTime idle_since_{};
  std::optional<net::SteadyTime> first_byte_at_;
  std::optional<net::SteadyTime> body_since_;
  std::size_t body_bytes_ = 0;
  bool refused_ = false;  ///< a request was answered before it was read to its end
};

}  // namespace llmgw::server
