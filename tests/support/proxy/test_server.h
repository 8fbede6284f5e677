#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "proxy/server/server.h"

namespace llmgw::test {

/// A handler made of a function.
class FunctionHandler final : public server::Handler {
 public:
  using Function = std::function<net::Task<>(const http::Request&, const server::Peer&, server::Responder&)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  net::Task<> handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) override {
    return function_(request, peer, responder);
  }
  bool wants_body(const http::Request&, const server::Peer&) override {
    ++judged;
    return true;
  }
  std::string error_body(const Error& error, const http::Request& seen, const server::Peer&) override {
    return "error: " + error.message + " at " + seen.target;
  }
  std::atomic<int> judged = 0;  ///< how often it was asked whether it wants a body

 private:
  Function function_;
};

/// A server with its own thread on a port of 127.0.0.1 (or a unix socket); drained when it goes.
class TestServer {
 public:
  explicit TestServer(FunctionHandler::Function function, server::ServerOptions options = {},
                      const ListenAddress& address = ListenAddress{"127.0.0.1", 0, ""});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  /// Runs a function on the server's thread and waits for it.
  void on_thread(const std::function<void(server::Server&)>& function);
  [[nodiscard]] server::ServerCounters counters();
  /// How often the handler was asked whether it wants a body.
  [[nodiscard]] int judged() const { return handler_.judged; }
  /// Drains; true when every request ended by itself.
  bool drain(std::chrono::milliseconds limit);

 private:
  boost::asio::io_context io_{1};
  FunctionHandler handler_;
  std::unique_ptr<server::Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace llmgw::test
