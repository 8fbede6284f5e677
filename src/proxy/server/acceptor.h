#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "proxy/server/connection.h"

struct sockaddr_storage;

namespace llmgw::server {

/// Takes new connections from one listening socket.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(std::shared_ptr<ConnectionContext> context, ListenSocket socket);
  void start();
  void stop();

 private:
  /// Takes what waits; false when the process has no descriptors left.
  bool accept_waiting();
  void admit(int fd, const sockaddr_storage& from);
  void refuse(net::Socket socket, const Peer& peer);
  void pause();

  std::shared_ptr<ConnectionContext> context_;
  ListenSocket listener_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
};

}  // namespace llmgw::server
