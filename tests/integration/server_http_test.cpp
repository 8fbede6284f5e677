// Requests and responses on the wire: framing, persistence, limits, errors.
#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "support/proxy/test_server.h"
#include "support/test_socket.h"

using namespace llmgw;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace server_http {

/// Answers with what it got.
net::Task<> echo(const http::Request& request, const server::Peer& peer, server::Responder& responder) {
  http::ResponseHead head;
  head.status = 200;
  head.headers.add("x-peer", peer.address);
  head.headers.add("transfer-encoding", "gzip");  // must not reach the client
  std::string body = request.method + " " + request.target + " " + request.body;
  co_await responder.send(std::move(head), std::move(body));
}

net::Task<> stream_three(const http::Request&, const server::Peer&, server::Responder& responder) {
  http::ResponseHead head;
  head.status = 200;
  head.headers.add("content-type", "text/event-stream");
  co_await responder.begin(std::move(head));
  co_await responder.write("one ");
  co_await responder.write("two ");
  co_await responder.write("three");
  co_await responder.finish(std::string_view());
}

constexpr std::string_view get = "GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n";

std::string post(std::string_view headers, std::string_view body) {
  return "POST /p HTTP/1.1\r\nhost: x\r\n" + std::string(headers) + "content-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string gzip(std::string in) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, in.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

TEST_CASE("server answers request after request on one connection", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(post("", "hello"));
    const auto answer = read_message(client);
    CHECK(answer.head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.head.find("x-peer: 127.0.0.1\r\n") != std::string::npos);
    CHECK(answer.head.find("gzip") == std::string::npos);
    CHECK(answer.body == "POST /p hello");
  }
  CHECK(server.counters().accepted == 1);
  CHECK(server.counters().requests == 3);
}

TEST_CASE("server answers pipelined requests in order", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  client.send(std::string(get) + post("", "1") + post("", "2") + std::string(get));
  CHECK(read_message(client).body == "GET /a?b=c ");
  CHECK(read_message(client).body == "POST /p 1");
  CHECK(read_message(client).body == "POST /p 2");
  CHECK(read_message(client).body == "GET /a?b=c ");
}

TEST_CASE("server takes a request byte by byte", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  for (const char c : post("", "hello")) client.send(std::string_view(&c, 1));
  CHECK(read_message(client).body == "POST /p hello");
}

TEST_CASE("server streams in chunks", "[server]") {
  TestServer server(stream_three);
  auto client = TestSocket::connect_tcp(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("ransfer-") != std::string::npos);
    CHECK(client.read_until("0\r\n\r\n") == "4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n");
  }
}

TEST_CASE("server ends the connection after an HTTP/1.0 stream, and keeps it where asked to", "[server]") {
  TestServer streams(stream_three);
  auto client = TestSocket::connect_tcp(streams.port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  const std::string all = client.read_to_end();
  CHECK(all.ends_with("\r\n\r\none two three"));
  CHECK(all.find("chunked") == std::string::npos);

  TestServer echoes(echo);
  auto plain = TestSocket::connect_tcp(echoes.port());
  plain.send("GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
  CHECK(read_message(plain).body == "GET /1 ");
  plain.send("GET /2 HTTP/1.0\r\n\r\n");
  CHECK(plain.read_to_end().ends_with("GET /2 "));
}

TEST_CASE("server closes after `connection: close`", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  client.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  const std::string all = client.read_to_end();
  CHECK(all.find("lose\r\n") != std::string::npos);
  CHECK(all.ends_with("GET / "));
}

TEST_CASE("server sends no body after HEAD", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  client.send("HEAD / HTTP/1.1\r\nhost: x\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  CHECK(head.find(": 7\r\n") != std::string::npos);  // the length of "HEAD / "
  client.send(get);
  CHECK(read_message(client).body == "GET /a?b=c ");
}

TEST_CASE("server asks for the body of a client that waits", "[server]") {
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  client.send("POST /p HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  CHECK(read_message(client).body == "POST /p ok");
}

TEST_CASE("server inflates request bodies and limits them afterwards", "[server][req-30]") {
  server::ServerOptions options;
  options.limits.body_bytes = 1000;
  TestServer server(echo, options);
  auto client = TestSocket::connect_tcp(server.port());
  client.send(post("content-encoding: gzip\r\n", gzip("hello hello hello")));
  CHECK(read_message(client).body == "POST /p hello hello hello");
  client.send(post("content-encoding: gzip\r\n", gzip(std::string(1001, 'a'))));
  CHECK(read_message(client).head.starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a handler is asked once whether it wants a body, compressed or not", "[server]") {
  for (const std::string_view coding : {"", "content-encoding: gzip\r\n"}) {
    TestServer server(echo);
    const auto body = coding.empty() ? std::string("hello") : gzip("hello");
    auto client = TestSocket::connect_tcp(server.port());
    client.send("POST /p HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n" + std::string(coding) +
                "content-length: " + std::to_string(body.size()) + "\r\n\r\n");
    client.read_until("\r\n\r\n");
    client.send(body);
    CHECK(read_message(client).body == "POST /p hello");
    CHECK(server.judged() == 1);
  }
}

TEST_CASE("server refuses broken requests with a reason and closes", "[server]") {
  struct Row {
    std::string request;
    std::string_view status;
  };
  const auto row = GENERATE(
      Row{"nonsense\r\n\r\n", "400"}, Row{"GET / HTTP/1.1\r\n\r\n", "400"},
      Row{"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", "400"},
      Row{"GET / HTTP/1.1\r\nhost: x\r\nlong: " + std::string(70'000, 'a') + "\r\n\r\n", "431"},
      Row{"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n", "413"},
      Row{"POST /p HTTP/1.1\r\nhost: x\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\nxx", "415"},
      Row{"POST /p HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\xff\xff", "400"});
  TestServer server(echo);
  auto client = TestSocket::connect_tcp(server.port());
  client.send(row.request);
  const auto answer = read_message(client);
  CHECK(answer.head.starts_with("HTTP/1.1 " + std::string(row.status)));
  CHECK(answer.head.find("lose\r\n") != std::string::npos);
  CHECK(answer.body.starts_with("error: "));
  CHECK(client.wait_end() == Ending::fin);
  CHECK(server.counters().bad_requests == 1);
  CHECK(server.counters().requests == 0);
}

TEST_CASE("the reason reaches a client that is still sending", "[server]") {
  server::ServerOptions options;
  options.limits.body_bytes = 1000;
  TestServer server(echo, options);
  auto client = TestSocket::connect_tcp(server.port());
  client.send("POST /p HTTP/1.1\r\nhost: x\r\ncontent-length: 4000000\r\n\r\n" + std::string(4'000'000, 'x'));
  CHECK(read_message(client).head.starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a compressed body is counted as it is when it is inflated", "[server]") {
  server::BodyBudget bodies(100'000);
  server::ServerOptions options;
  options.bodies = &bodies;
  TestServer server(echo, options);
  auto client = TestSocket::connect_tcp(server.port());
  client.send(post("content-encoding: gzip\r\n", gzip(std::string(200'000, 'x'))));
  CHECK(read_message(client).head.starts_with("HTTP/1.1 503 "));
}

TEST_CASE("server answers 500 for a handler that gives no answer, and breaks off an unfinished stream", "[server]") {
  TestServer silent([](const http::Request&, const server::Peer&, server::Responder&) -> net::Task<> { co_return; });
  auto client = TestSocket::connect_tcp(silent.port());
  client.send(get);
  CHECK(read_message(client).head.starts_with("HTTP/1.1 500 "));

  TestServer unfinished([](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    http::ResponseHead head;
    head.status = 200;
    co_await responder.begin(std::move(head));
    co_await responder.write("half");
  });
  auto other = TestSocket::connect_tcp(unfinished.port());
  other.send(get);
  CHECK(other.read_to_end().ends_with("4\r\nhalf\r\n"));
}

TEST_CASE("an aborted stream is seen to be broken", "[server]") {
  TestServer server([](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    http::ResponseHead head;
    head.status = 200;
    co_await responder.begin(std::move(head));
    co_await responder.write("half");
    responder.abort();
  });
  auto chunked = TestSocket::connect_tcp(server.port());
  chunked.send(get);
  CHECK(chunked.read_to_end().ends_with("4\r\nhalf\r\n"));
  auto until_close = TestSocket::connect_tcp(server.port());
  until_close.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(until_close.wait_end() == Ending::reset);
}

TEST_CASE("a stream that hangs up lets its last words be read, then is seen to be broken", "[server][req-1]") {
  TestServer server([](const http::Request&, const server::Peer&, server::Responder& responder) -> net::Task<> {
    http::ResponseHead head;
    head.status = 200;
    co_await responder.begin(std::move(head));
    co_await responder.write("last words");
    responder.hang_up();
  });
  auto chunked = TestSocket::connect_tcp(server.port());
  chunked.send(get);
  CHECK(chunked.read_to_end().ends_with("a\r\nlast words\r\n"));
  auto until_close = TestSocket::connect_tcp(server.port());
  until_close.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(until_close.read_until("last words").ends_with("last words"));
  CHECK(until_close.wait_end() == Ending::reset);
}

TEST_CASE("slow heads and bodies are refused", "[server][req-30]") {
  server::ServerOptions options;
  options.header_timeout = options.body_grace = 30ms;
  TestServer server(echo, options);
  const std::string part = GENERATE("GET / HT", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab");
  auto client = TestSocket::connect_tcp(server.port());
  client.send(part);
  CHECK(client.read_to_end().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a head that comes in drops does not get more time", "[server][req-30]") {
  server::ServerOptions options;
  options.header_timeout = 50ms;
  TestServer server(echo, options);
  auto client = TestSocket::connect_tcp(server.port());
  const auto start = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  while (!client.ends_within(1ms)) client.send("a: b\r\n");
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK(server.counters().bad_requests == 1);
  CHECK(server.counters().requests == 0);
}

TEST_CASE("idle connections end without a word", "[server]") {
  server::ServerOptions options;
  options.idle_timeout = 30ms;
  TestServer server(echo, options);
  auto client = TestSocket::connect_tcp(server.port());
  CHECK(client.read_to_end().empty());
}

TEST_CASE("connections over the limit are told so", "[server]") {
  server::ServerOptions options;
  options.max_connections = 1;
  TestServer server(echo, options);
  auto first = TestSocket::connect_tcp(server.port());
  first.send(get);
  read_message(first);
  auto second = TestSocket::connect_tcp(server.port());
  CHECK(read_message(second).head.starts_with("HTTP/1.1 503 "));
  first.send(get);
  CHECK(read_message(first).head.starts_with("HTTP/1.1 200 "));
  CHECK(server.counters().refused == 1);
}

}  // namespace server_http
