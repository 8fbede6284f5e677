// Clients that leave, stall or misbehave while a request is being answered.
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/net/client.h"
#include "core/net/event.h"
#include "support/fake_upstream.h"
#include "support/proxy/test_server.h"
#include "support/signal.h"

using namespace llmgw;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace server_disconnect {

constexpr std::string_view get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

enum class Leave { fin, reset, half_close };

void leave(TestSocket& client, Leave how) {
  if (how == Leave::fin) client.close();
  if (how == Leave::reset) client.reset();
  if (how == Leave::half_close) client.shutdown_send();
}

http::ResponseHead ok() {
  http::ResponseHead head;
  head.status = 200;
  return head;
}

TEST_CASE("a client that leaves cancels the handler at once", "[server]") {
  const Leave how = GENERATE(Leave::fin, Leave::reset, Leave::half_close);
  const bool begun = GENERATE(false, true);
  Signal started, ended;
  net::Wake wake = net::Wake::set;
  std::optional<Errc> written;
  boost::asio::io_context* io = nullptr;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    if (begun) {
      co_await responder.begin(ok());
      co_await responder.write("data");
    }
    net::Event never_set(*io);
    started.set();
    wake = co_await never_set.wait();
    const auto result = co_await responder.write("more");
    if (!result) written = result.error().code;
    ended.set();
  });
  server.on_thread([&](server::Server&) { io = &server.io(); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  started.wait();
  const auto before = std::chrono::steady_clock::now();
  leave(client, how);
  ended.wait();
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(wake == net::Wake::cancelled);
  if (begun) CHECK(written == Errc::cancelled);
  CHECK(server.drain(5s));
  CHECK(server.counters().client_left == 1);
}

TEST_CASE("a pipelined request is not a client that leaves", "[server]") {
  Signal go_on;
  std::atomic<int> calls = 0;
  boost::asio::io_context* io = nullptr;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    net::Event pause(*io);
    // Longer than the second request needs to arrive: it was sent before this handler ran.
    const net::Wake wake = co_await pause.wait(std::chrono::steady_clock::now() + 20ms);
    if (wake == net::Wake::expired) ++calls;
    co_await responder.send(ok(), "done");
  });
  server.on_thread([&](server::Server&) { io = &server.io(); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  client.send(get);
  CHECK(read_message(client).body == "done");
  CHECK(read_message(client).body == "done");
  CHECK(calls == 2);
}

TEST_CASE("a client that leaves behind a pipelined request is noticed", "[server]") {
  Signal ended;
  net::Wake wake = net::Wake::set;
  boost::asio::io_context* io = nullptr;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder&) -> net::Task<> {
    net::Event never_set(*io);
    wake = co_await never_set.wait();
    ended.set();
  });
  server.on_thread([&](server::Server&) { io = &server.io(); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(std::string(get) + std::string(get));
  client.close();
  ended.wait();
  CHECK(wake == net::Wake::cancelled);
  CHECK(server.drain(5s));
  CHECK(server.counters().requests == 1);
}

TEST_CASE("the last words of a cancelled stream can be read before the connection closes", "[server][req-1][req-32]") {
  Signal started;
  std::chrono::steady_clock::time_point spoke;
  boost::asio::io_context* io = nullptr;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    co_await responder.begin(ok());
    net::Event never_set(*io);
    started.set();
    co_await never_set.wait();
    co_await responder.write("last words");
    spoke = std::chrono::steady_clock::now();
    responder.hang_up();
  });
  server.on_thread([&](server::Server&) { io = &server.io(); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  started.wait();
  CHECK_FALSE(server.drain(1ms));
  CHECK(client.read_to_end().ends_with("last words\r\n"));
  // Until then the server keeps the connection open: it ends when the client leaves, or after a quarter of a second.
  CHECK(std::chrono::steady_clock::now() - spoke >= 200ms);
}

TEST_CASE("a reader that stops is given up, and little is kept for it", "[server][req-19]") {
  server::ServerOptions options;
  options.write_timeout = 50ms;
  Signal ended;
  std::size_t written = 0;
  std::optional<Errc> error;
  TestServer server(
      [&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
        co_await responder.begin(ok());
        const std::string piece(std::size_t{64} << 10U, 'x');
        while (!error) {
          const auto result = co_await responder.write(piece);
          if (result)
            written += piece.size();
          else
            error = result.error().code;
        }
        ended.set();
      },
      options);
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  ended.wait();
  CHECK(error == Errc::cancelled);
  CHECK(written < (std::size_t{32} << 20U));  // what the kernel's buffers hold, and no more
}

TEST_CASE("the upstream is left when the client leaves, in every phase", "[server][net]") {
  const std::string answer = GENERATE("", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ndata\r\n",
                                      "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ndata");
  const Leave how = GENERATE(Leave::fin, Leave::reset);
  Signal reached, left;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(answer);
    reached.set();
    socket.wait_end();
    left.set();
  });
  std::unique_ptr<net::HttpClient> http_client;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    net::HttpRequest request;
    request.endpoint = net::share(upstream.endpoint());
    request.message.method = "GET";
    request.message.target = "/";
    auto stream = co_await http_client->open(std::move(request));
    if (!stream) co_return;
    const auto headed = co_await (*stream)->await_head(0ms);
    if (!headed) co_return;
    co_await responder.begin(ok());
    for (;;) {
      const auto chunk = co_await (*stream)->next(0ms);
      if (!chunk || chunk->kind == net::Chunk::Kind::end) co_return;
      co_await responder.write(chunk->bytes);
    }
  });
  server.on_thread([&](server::Server&) { http_client = net::make_http_client(server.io(), {}); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  reached.wait();
  const auto before = std::chrono::steady_clock::now();
  leave(client, how);
  left.wait();
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(server.drain(5s));
  server.on_thread([&](server::Server&) { http_client.reset(); });
}

TEST_CASE("draining lets requests finish and closes idle connections", "[server][req-32]") {
  Signal started;
  net::Event* go_on = nullptr;
  std::unique_ptr<net::Event> event;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    started.set();
    co_await go_on->wait();
    co_await responder.send(ok(), "done");
  });
  server.on_thread([&](server::Server&) {
    event = std::make_unique<net::Event>(server.io());
    go_on = event.get();
  });
  auto idle = TestSocket::connect_tcp(server.port());
  auto busy = TestSocket::connect_tcp(server.port());
  busy.send(get);
  started.wait();
  server.on_thread([](server::Server& s) { s.stop_accepting(); });
  CHECK(idle.wait_end() == Ending::fin);
  server.on_thread([&](server::Server&) { go_on->set(); });
  const auto answer = read_message(busy);
  CHECK(answer.body == "done");
  CHECK(busy.wait_end() == Ending::fin);
  CHECK(server.drain(5s));
  server.on_thread([&](server::Server&) { event.reset(); });
}

TEST_CASE("a stream cancelled by draining can still say why it ends", "[server][req-32]") {
  Signal started;
  boost::asio::io_context* io = nullptr;
  bool left = true;
  TestServer server([&](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    co_await responder.begin(ok());
    co_await responder.write("data ");
    net::Event never_set(*io);
    started.set();
    const net::Wake wake = co_await never_set.wait();
    left = responder.client_left();
    if (wake != net::Wake::cancelled || left) co_return;
    co_await responder.write("bye");
    co_await responder.finish(std::string_view());
  });
  server.on_thread([&](server::Server&) { io = &server.io(); });
  auto client = TestSocket::connect_tcp(server.port());
  client.send(get);
  started.wait();
  CHECK_FALSE(server.drain(10ms));
  CHECK_FALSE(left);
  CHECK(client.read_to_end().ends_with("3\r\nbye\r\n0\r\n\r\n"));
}

}  // namespace server_disconnect
