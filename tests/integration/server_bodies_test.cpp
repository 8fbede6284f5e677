// What the bodies of many requests take together.
#include <catch2/catch_test_macros.hpp>
#include <future>

#include "core/net/event.h"
#include "support/proxy/test_server.h"
#include "support/test_socket.h"

using namespace llmgw;
using namespace llmgw::test;

namespace server_bodies {

std::string post(std::string_view path, std::size_t size, std::string_view headers = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nhost: x\r\n" + std::string(headers) +
         "content-length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

net::Task<> answer(server::Responder& responder) {
  http::ResponseHead head;
  head.status = 200;
  std::string body = "done";
  co_await responder.send(std::move(head), std::move(body));
}

/// A request for /hold is in work until the test lets it go.
class Holding {
 public:
  net::Task<> handle(const http::Request& request, server::Responder& responder, boost::asio::io_context& io) {
    if (request.target == "/hold") {
      net::Event event(io);
      event_ = &event;
      begun.set_value();
      co_await event.wait();
    }
    co_await answer(responder);
  }
  void let_go() { event_->set(); }

  std::promise<void> begun;

 private:
  net::Event* event_ = nullptr;
};

constexpr std::size_t limit = 1'000'000;

}  // namespace server_bodies

TEST_CASE("a body that finds no room beside the others is refused, and is taken once there is room", "[server]") {
  using namespace server_bodies;
  server::BodyBudget bodies(limit);
  server::ServerOptions options;
  options.bodies = &bodies;
  Holding holding;
  boost::asio::io_context* io = nullptr;
  TestServer server(
      [&](const http::Request& request, const server::Peer&, server::Responder& responder) -> net::Task<> {
        co_await holding.handle(request, responder, *io);
      },
      options);
  io = &server.io();

  auto first = TestSocket::connect_tcp(server.port());
  first.send(post("/hold", 700'000));
  holding.begun.get_future().wait();
  CHECK(bodies.taken() == 700'000);

  auto second = TestSocket::connect_tcp(server.port());
  second.send(post("/", 700'000));
  const auto refused = read_message(second);
  CHECK(refused.head.starts_with("HTTP/1.1 503 "));
  CHECK(refused.head.find("etry-after: 1\r\n") != std::string::npos);
  CHECK(refused.body.starts_with("error: "));
  CHECK(second.wait_end() == Ending::fin);

  auto small = TestSocket::connect_tcp(server.port());
  small.send(post("/", 1000));
  CHECK(read_message(small).head.starts_with("HTTP/1.1 200 "));

  server.on_thread([&](server::Server&) { holding.let_go(); });
  CHECK(read_message(first).head.starts_with("HTTP/1.1 200 "));
  first.send(post("/", 10));  // once this one is answered, the body before it is gone
  CHECK(read_message(first).head.starts_with("HTTP/1.1 200 "));

  auto third = TestSocket::connect_tcp(server.port());
  third.send(post("/", 700'000));
  CHECK(read_message(third).head.starts_with("HTTP/1.1 200 "));
}
