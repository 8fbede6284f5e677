#include "proxy/server/server.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <vector>

#include "proxy/server/acceptor.h"
#include "proxy/server/connection.h"

namespace llmgw::server {

struct Server::State {
  State(boost::asio::io_context& io, Handler& handler, ServerOptions options)
      : context(std::make_shared<ConnectionContext>(io, handler, std::move(options))) {}

  /// The connections open now; ending one changes the set.
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> open() const {
    std::vector<std::shared_ptr<Connection>> all;
    for (Connection* connection : context->open) all.push_back(connection->shared_from_this());
    return all;
  }

  net::Task<bool> wait_all_closed(net::SteadyTime deadline) {
    while (!context->open.empty()) {
      const net::Wake wake = co_await context->closed.wait(deadline);
      if (wake != net::Wake::set) break;
    }
    co_return context->open.empty();
  }

  std::shared_ptr<ConnectionContext> context;
  std::vector<std::shared_ptr<Acceptor>> acceptors;
};

Server::Server(boost::asio::io_context& io, Handler& handler, ServerOptions options)
    : state_(std::make_shared<State>(io, handler, std::move(options))) {}

Server::~Server() {
  stop_accepting();
  for (const auto& connection : state_->open()) connection->close();
}

void Server::listen(ListenSocket socket) {
  auto acceptor = std::make_shared<Acceptor>(state_->context, std::move(socket));
  acceptor->start();
  state_->acceptors.push_back(std::move(acceptor));
}

void Server::stop_accepting() {
  state_->context->draining = true;
  for (const auto& acceptor : state_->acceptors) acceptor->stop();
  state_->acceptors.clear();
  for (const auto& connection : state_->open()) connection->close_if_idle();
}

net::Task<bool> Server::drain(milliseconds limit) {
  const auto state = state_;
  stop_accepting();
  const bool tidy = co_await state->wait_all_closed(std::chrono::steady_clock::now() + limit);
  if (tidy) co_return true;
  for (const auto& connection : state->open()) connection->cancel();
  const auto grace_end = std::chrono::steady_clock::now() + state->context->options.cancel_grace;
  const bool ended = co_await state->wait_all_closed(grace_end);
  if (ended) co_return false;
  for (const auto& connection : state->open()) connection->close();
  co_await state->wait_all_closed(net::never);
  co_return false;
}

const ServerCounters& Server::counters() const { return state_->context->counters; }

}  // namespace llmgw::server
