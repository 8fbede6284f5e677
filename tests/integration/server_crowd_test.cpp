// A server with many requests under way, where small writes leave together at the end of a turn.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "core/net/event.h"
#include "support/proxy/test_server.h"
#include "support/signal.h"
#include "support/test_socket.h"

namespace server_crowd {

using namespace llmgw;
using namespace llmgw::test;

constexpr std::string_view waiting = "GET /wait HTTP/1.1\r\nhost: x\r\n\r\n";
constexpr std::string_view get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

http::ResponseHead ok() {
  http::ResponseHead head;
  head.status = 200;
  return head;
}

/// A server that holds more requests than make a crowd; every other path is answered by the function of the test.
class Crowd {
 public:
  using Answer = std::function<net::Task<>(server::Responder&)>;

  explicit Crowd(Answer answer)
      : answer_(std::move(answer)),
        server_([this](const http::Request& request, const server::Peer&, server::Responder& responder) {
          return request.target == "/wait" ? hold(responder) : answer_(responder);
        }) {
    for (auto& held : held_) {
      waiting_.push_back(TestSocket::connect_tcp(server_.port()));
      waiting_.back().send(waiting);
      held.wait();
    }
  }
  ~Crowd() {
    waiting_.clear();
    server_.drain(std::chrono::seconds(5));
  }
  [[nodiscard]] TestServer& server() { return server_; }
  TestSocket connect() { return TestSocket::connect_tcp(server_.port()); }

 private:
  net::Task<> hold(server::Responder& responder) {
    held_.at(next_++).set();
    net::Event never(server_.io());
    co_await never.wait();
    co_await responder.send(ok(), "late");
  }

  Answer answer_;
  std::array<Signal, net::crowd + 1> held_;
  std::size_t next_ = 0;
  TestServer server_;
  std::vector<TestSocket> waiting_;
};

/// The data of a chunked body.
std::string unchunked(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const auto size = std::stoul(std::string(body.substr(0, body.find("\r\n"))), nullptr, 16);
    body.remove_prefix(body.find("\r\n") + 2);
    if (size == 0) return out;
    out += body.substr(0, size);
    body.remove_prefix(size + 2);
  }
  return out + "<cut>";
}

TEST_CASE("in a crowd answers come whole, one after the other on a connection", "[server]") {
  Crowd crowd([](server::Responder& responder) -> net::Task<> { co_await responder.send(ok(), "done"); });
  auto client = crowd.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get);
    CHECK(read_message(client).body == "done");
  }
}

TEST_CASE("in a crowd an answer comes whole before its connection is closed", "[server]") {
  Crowd crowd([](server::Responder& responder) -> net::Task<> { co_await responder.send(ok(), "done"); });
  auto client = crowd.connect();
  client.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  CHECK(client.read_to_end().ends_with("\r\n\r\ndone"));
  CHECK(client.ending() == Ending::fin);
}

TEST_CASE("in a crowd the events of a stream keep their order to the end", "[server]") {
  std::string sent;
  Crowd crowd([&](server::Responder& responder) -> net::Task<> {
    co_await responder.begin(ok());
    for (int i = 0; i < 500; ++i) {
      const std::string event = "event " + std::to_string(i) + "\n";
      sent += event;
      if (!responder.write_now(event)) co_await responder.rest();
    }
    sent += "end";
    co_await responder.finish("end");
  });
  auto client = crowd.connect();
  client.send(get);
  client.read_until("\r\n\r\n");
  const auto body = client.read_until("\r\n0\r\n\r\n");
  CHECK(unchunked(body) == sent);
}

TEST_CASE("in a crowd events written before a break still reach the client", "[server]") {
  Crowd crowd([](server::Responder& responder) -> net::Task<> {
    co_await responder.begin(ok());
    const bool taken = responder.write_now("the last event");
    if (!taken) co_await responder.rest();
    responder.abort();
  });
  auto client = crowd.connect();
  client.send(get);
  const auto text = client.read_to_end();
  CHECK(text.ends_with("the last event\r\n"));
}

TEST_CASE("in a crowd a slow reader slows the writer and loses nothing", "[server]") {
  constexpr int events = 3000;
  const std::string event(1000, 'x');
  int waits = 0;
  Crowd crowd([&](server::Responder& responder) -> net::Task<> {
    co_await responder.begin(ok());
    for (int i = 0; i < events; ++i) {
      if (responder.write_now(event)) continue;
      ++waits;
      co_await responder.rest();
    }
    co_await responder.finish(std::string_view());
  });
  auto client = crowd.connect();
  client.shrink_receive_buffer();
  client.send(get);
  client.read_until("\r\n\r\n");
  CHECK(unchunked(client.read_until("\r\n0\r\n\r\n")).size() == event.size() * events);
  CHECK(waits > 0);
}

TEST_CASE("a drain in a crowd lets a slow reader have the rest of its answer", "[server]") {
  const std::string body(4000, 'x');
  Signal answered;
  Crowd crowd([&](server::Responder& responder) -> net::Task<> {
    co_await responder.send(ok(), body);
    answered.set();
  });
  auto client = crowd.connect();
  client.shrink_receive_buffer();
  client.send(get);
  answered.wait();
  crowd.server().on_thread([](server::Server& s) { s.stop_accepting(); });
  CHECK(read_message(client).body == body);
  CHECK(client.wait_end() == Ending::fin);
}

}  // namespace server_crowd
