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
  Connection(boost::asio::io_context& io, Socket connected, SharedEndpoint where);

  static constexpr std::size_t buffer_size = std::size_t{32} << 10U;

  // What every read needs stands first and together.
  Socket socket;
  Watchdog watchdog;  ///< cancels the socket's operations
  std::unique_ptr<char[]> buffer;
  http::ResponseParser parser;
  std::string body;  ///< decoded body bytes not yet handed out

  SharedEndpoint endpoint;
  std::string authority;    ///< of the endpoint, for the Host header
  std::string head;         ///< the request head being sent
  bool reused = false;      ///< it has carried an exchange before
  SteadyTime idle_since{};  ///< when it was given back
};

/// Idle connections by endpoint; the one used last is taken first, so that surplus ones grow old and go.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  ConnectionPool(boost::asio::io_context& io, milliseconds idle_limit, std::size_t max_idle);

  /// An idle connection that the other side has not closed, as far as the kernel knows; null when there is none.
  std::unique_ptr<Connection> take(const SharedEndpoint& endpoint);
  /// Keeps a connection whose exchange is complete.
  void give_back(std::unique_ptr<Connection> connection);
  /// Closes idle connections.
  void clear() { idle_.clear(); }
  [[nodiscard]] std::size_t idle_count() const;

 private:
  /// Endpoints with the same values are the same; most requests even share one.
  struct Hash {
    std::size_t operator()(const SharedEndpoint& endpoint) const;
  };
  struct Same {
    bool operator()(const SharedEndpoint& a, const SharedEndpoint& b) const { return a == b || *a == *b; }
  };
  void sweep_later();
  void sweep();

  milliseconds idle_limit_;
  std::size_t max_idle_;
  boost::asio::steady_timer timer_;
  bool sweeping_ = false;
  std::unordered_map<SharedEndpoint, std::vector<std::unique_ptr<Connection>>, Hash, Same> idle_;
};

}  // namespace llmgw::net
