#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/http/parser.h"
#include "core/net/client.h"
#include "core/net/socket.h"
#include "core/net/watchdog.h"

namespace llmgw::net {

/// One connection to an upstream with everything that is used again by its next exchange.
struct Connection {
  Connection(boost::asio::io_context& io, Socket connected, Endpoint where);

  static constexpr std::size_t buffer_size = std::size_t{32} << 10U;

  Endpoint endpoint;
  Socket socket;
  Watchdog watchdog;  ///< cancels the socket's operations
  std::unique_ptr<char[]> buffer;
  http::ResponseParser parser;
  std::string head;         ///< the request head being sent
  std::string body;         ///< decoded body bytes not yet handed out
  bool reused = false;      ///< it has carried an exchange before
  SteadyTime idle_since{};  ///< when it was given back
};

/// Idle connections by endpoint; the one used last is taken first, so that surplus ones grow old and go.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  ConnectionPool(boost::asio::io_context& io, milliseconds idle_limit, std::size_t max_idle);

  /// An idle connection that the other side has not closed, as far as the kernel knows; null when there is none.
  std::unique_ptr<Connection> take(const Endpoint& endpoint);
  /// Keeps a connection whose exchange is complete.
  void give_back(std::unique_ptr<Connection> connection);
  /// Closes idle connections.
  void clear() { idle_.clear(); }
  [[nodiscard]] std::size_t idle_count() const;

 private:
  struct Hash {
    std::size_t operator()(const Endpoint& endpoint) const;
  };
  void sweep_later();
  void sweep();

  milliseconds idle_limit_;
  std::size_t max_idle_;
  boost::asio::steady_timer timer_;
  bool sweeping_ = false;
  std::unordered_map<Endpoint, std::vector<std::unique_ptr<Connection>>, Hash> idle_;
};

}  // namespace llmgw::net
