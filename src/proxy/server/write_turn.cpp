#include "proxy/server/write_turn.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "proxy/server/client_socket.h"

namespace llmgw::server {

struct WriteTurn::State {
  explicit State(boost::asio::io_context& context) : io(context) {}

  void flush() {
    // A flush may end a request and let another write: that one is for the next turn.
    flushing.swap(waiting);
    for (const auto& socket : flushing) socket->flush();
    flushing.clear();
  }

  boost::asio::io_context& io;
  std::vector<std::shared_ptr<ClientSocket>> waiting;
  std::vector<std::shared_ptr<ClientSocket>> flushing;  ///< kept for its memory
};

WriteTurn::WriteTurn(boost::asio::io_context& io) : state_(std::make_shared<State>(io)) {}

void WriteTurn::add(std::shared_ptr<ClientSocket> socket) {
  if (state_->waiting.empty()) boost::asio::post(state_->io, [state = state_] { state->flush(); });
  state_->waiting.push_back(std::move(socket));
}

}  // namespace llmgw::server
