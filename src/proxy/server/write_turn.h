#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace llmgw::server {

class ClientSocket;

/// The sockets of one thread that have something to write once everything that is ready has been read and worked on.
/// In a crowd (`net::crowd`) small writes wait here instead of in their coroutines: they leave together, which wakes
/// the other side once, and the coroutine has gone on to its next read while its memory was still in the cache.
class WriteTurn {
 public:
  explicit WriteTurn(boost::asio::io_context& io);

  /// Has the socket flushed at the end of this turn.
  void add(std::shared_ptr<ClientSocket> socket);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace llmgw::server
