#include "support/proxy/test_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>

namespace llmgw::test {
namespace test_server {

template <class T>
T wait_for(std::future<T> result) {
  if (result.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
    throw std::runtime_error("the server's thread hangs");
  return result.get();
}

}  // namespace test_server

TestServer::TestServer(FunctionHandler::Function function, server::ServerOptions options, const ListenAddress& address)
    : handler_(std::move(function)) {
  auto socket = server::ListenSocket::open(address);
  if (!socket) throw std::runtime_error(socket.error().message);
  port_ = socket->address().port;
  server_ = std::make_unique<server::Server>(io_, handler_, std::move(options));
  server_->listen(std::move(*socket));
  thread_ = std::thread([this] {
    const auto busy = boost::asio::make_work_guard(io_);
    io_.run();
  });
}

TestServer::~TestServer() {
  drain(std::chrono::milliseconds(0));
  io_.stop();
  thread_.join();
}

void TestServer::on_thread(const std::function<void(server::Server&)>& function) {
  std::promise<void> done;
  boost::asio::post(io_, [&] {
    function(*server_);
    done.set_value();
  });
  test_server::wait_for(done.get_future());
}

server::ServerCounters TestServer::counters() {
  server::ServerCounters counters;
  on_thread([&](server::Server& server) { counters = server.counters(); });
  return counters;
}

bool TestServer::drain(std::chrono::milliseconds limit) {
  auto tidy = std::make_shared<std::promise<bool>>();
  boost::asio::co_spawn(io_, server_->drain(limit),
                        [tidy](std::exception_ptr, bool result) { tidy->set_value(result); });
  return test_server::wait_for(tidy->get_future());
}

}  // namespace llmgw::test
