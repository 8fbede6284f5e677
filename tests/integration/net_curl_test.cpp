// The libcurl client, over TLS where TLS matters and in the clear where it does not.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/base/clock.h"
#include "core/net/curl_client.h"
#include "core/net/event.h"
#include "support/fake_upstream.h"
#include "support/loop.h"
#include "support/signal.h"
#include "support/tls.h"

using namespace llmgw;
using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace net_curl {

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

HttpRequest post(Endpoint endpoint, std::string body = "{}") {
  HttpRequest request;
  request.endpoint = share(std::move(endpoint));
  request.message.method = "POST";
  request.message.target = "/v1/x?a=b";
  request.message.headers.add("authorization", "Bearer k");
  request.message.body = std::move(body);
  return request;
}

Endpoint secure(const FakeUpstream& upstream, const TlsIdentity& identity) {
  Endpoint endpoint = upstream.endpoint();
  endpoint.tls = true;
  endpoint.ca_file = identity.ca_file();
  return endpoint;
}

/// Answers one request over TLS.
auto ok_over(const TlsIdentity& identity) {
  return [&identity](TestSocket& socket, int) {
    if (!socket.accept_tls(identity.context())) {
      // Closed with the request unread, the connection would be reset, and the reset may overtake the alert.
      socket.wait_end();
      return;
    }
    read_message(socket);
    socket.send(ok_answer);
  };
}

struct Client {
  boost::asio::io_context io{1};
  std::unique_ptr<HttpClient> client;

  explicit Client(ClientOptions options = {}) : client(std::make_unique<CurlClient>(io, std::move(options))) {}
  ~Client() {
    client.reset();
    io.restart();
    io.run();
  }
  Result<HttpResponse> fetch(HttpRequest request) {
    return run(io, net::fetch(*client, std::move(request), std::size_t{1} << 24U));
  }
  Result<std::unique_ptr<HttpStream>> open(HttpRequest request) { return run(io, client->open(std::move(request))); }
};

TEST_CASE("curl client speaks TLS and uses its connection again", "[net]") {
  const TlsIdentity identity;
  RawMessage seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    if (!socket.accept_tls(identity.context())) return;
    seen = read_message(socket);
    socket.send("HTTP/1.1 201 Made\r\nx-kind: a\r\ncontent-length: 5\r\n\r\nhello");
    read_message(socket);
    socket.send(ok_answer);
  });
  Client client;
  const auto response = client.fetch(post(secure(upstream, identity), R"({"a":1})"));
  REQUIRE(response);
  CHECK(response->head.status == 201);
  CHECK(response->head.headers.get("X-Kind") == "a");
  CHECK(response->body == "hello");
  CHECK(seen.head.starts_with("POST /v1/x?a=b HTTP/1.1\r\n"));
  CHECK(seen.head.find("uthorization: Bearer k\r\n") != std::string::npos);
  for (const auto* unasked : {"Expect", "Accept:", "User-Agent", "Content-Type"})
    CHECK(seen.head.find(unasked) == std::string::npos);
  CHECK(seen.body == R"({"a":1})");
  CHECK(client.fetch(post(secure(upstream, identity)))->body == "ok");
  CHECK(upstream.connections() == 1);
}

TEST_CASE("curl client notes the moment before the request leaves, behind the handshake", "[net]") {
  const TlsIdentity identity;
  const SystemClock clock;
  std::int64_t connected = 0;
  std::int64_t seen = 0;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    connected = clock.now_ns();
    if (!socket.accept_tls(identity.context())) return;
    read_message(socket);
    seen = clock.now_ns();
    socket.send(ok_answer);
  });
  Client client;
  const auto stream = client.open(post(secure(upstream, identity)));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)));
  CHECK((*stream)->sent_ns() > connected);
  CHECK((*stream)->sent_ns() <= seen);
}

TEST_CASE("curl client reports an upstream that resets during the request", "[net]") {
  const TlsIdentity identity;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    if (!socket.accept_tls(identity.context())) return;
    socket.read_until("\r\n\r\n");
    socket.reset();
  });
  Client client;
  const auto response = client.fetch(post(secure(upstream, identity), std::string(std::size_t{16} << 20U, 'x')));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::network);
}

TEST_CASE("curl client trusts no certificate it was not told to", "[net]") {
  const TlsIdentity identity;
  FakeUpstream upstream(ok_over(identity));
  Client client;
  Endpoint endpoint = secure(upstream, identity);
  endpoint.ca_file.clear();
  const auto refused = client.fetch(post(endpoint));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::network);
  CHECK(refused.error().message.find("ca_file") != std::string::npos);
  endpoint.insecure_tls = true;
  CHECK(client.fetch(post(endpoint))->body == "ok");
}

/// What a client that trusts `trusted` makes of a server with `identity`.
Error tls_failure(const TlsIdentity& identity, const std::string& trusted) {
  FakeUpstream upstream(ok_over(identity));
  Client client;
  Endpoint endpoint = upstream.endpoint();
  endpoint.tls = true;
  endpoint.ca_file = trusted;
  auto answer = client.fetch(post(endpoint));
  REQUIRE_FALSE(answer);
  return answer.error();
}

TEST_CASE("curl client tells what is wrong with a certificate", "[net]") {
  const TlsIdentity good;
  const TlsIdentity expired({.lasts_s = -60});
  const TlsIdentity other({.names = "DNS:other.example"});
  CHECK(tls_failure(good, "").fault == NetFault::certificate_self_signed);
  CHECK(tls_failure(expired, expired.ca_file()).fault == NetFault::certificate_expired);
  CHECK(tls_failure(other, other.ca_file()).fault == NetFault::certificate_name);
}

TEST_CASE("curl client says when a server wants its certificate and shows one that it has", "[net]") {
  TlsIdentity identity;
  const TlsIdentity own;
  identity.want_certificate_of(own);
  CHECK(tls_failure(identity, identity.ca_file()).fault == NetFault::client_certificate);
  FakeUpstream upstream(ok_over(identity));
  Client client;
  Endpoint endpoint = secure(upstream, identity);
  endpoint.client_cert = own.ca_file();
  endpoint.client_key = own.key_file();
  CHECK(client.fetch(post(endpoint))->body == "ok");
}

TEST_CASE("curl client keeps what the certificate of a new connection tells", "[net]") {
  const TlsIdentity identity({.lasts_s = 10 * 86'400});
  FakeUpstream upstream([&](TestSocket& socket, int) {
    if (!socket.accept_tls(identity.context())) return;
    for (int i = 0; i < 2; ++i) {
      read_message(socket);
      socket.send(ok_answer);
    }
  });
  Client client;
  auto request = post(secure(upstream, identity));
  const auto seen = request.certificate = std::make_shared<std::optional<PeerCertificate>>();
  REQUIRE(client.fetch(std::move(request)));
  REQUIRE(*seen);
  CHECK((*seen)->subject.find("llmgw test") != std::string::npos);
  CHECK((*seen)->issuer.find("llmgw test") != std::string::npos);
  const auto left_s = (*seen)->expires_unix.value_or(0) - SystemClock().unix_s();
  CHECK(left_s > 9 * 86'400);
  CHECK(left_s <= 10 * 86'400);
}

TEST_CASE("curl client says that a port does not speak TLS", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) { socket.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Client client;
  Endpoint endpoint = upstream.endpoint();
  endpoint.tls = true;
  const auto response = client.fetch(post(endpoint));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::network);
  CHECK(response.error().fault == NetFault::handshake);
}

TEST_CASE("curl client brings every byte when it is there, and loses none to patience", "[net]") {
  Signal first_seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    first_seen.wait();
    socket.send("6\r\nsecond\r\n0\r\n\r\n");
  });
  Client client;
  auto stream = client.open(post(upstream.endpoint()));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
  CHECK(run(client.io, (*stream)->next(0ms))->bytes == "first");
  CHECK(run(client.io, (*stream)->next(5ms))->kind == Chunk::Kind::idle);
  first_seen.set();
  CHECK(run(client.io, (*stream)->next(0ms))->bytes == "second");
  CHECK(run(client.io, (*stream)->next(0ms))->kind == Chunk::Kind::end);
}

TEST_CASE("curl client reports what went wrong", "[net]") {
  struct Row {
    std::string_view answer;
    Errc code;
    std::string_view wire_code;
  };
  const auto row = GENERATE(values<Row>({
      {"", Errc::network, ""},
      {"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\npart", Errc::upstream_protocol, "stream_incomplete"},
      {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n", Errc::upstream_protocol,
       "stream_incomplete"},
      {"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\nxx", Errc::upstream_protocol, ""},
      {"SSH-2.0-OpenSSH_9.2\r\n", Errc::upstream_protocol, ""},
  }));
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(row.answer);
  });
  Client client;
  const auto response = client.fetch(post(upstream.endpoint()));
  REQUIRE_FALSE(response);
  CAPTURE(row.answer, response.error().message);
  CHECK(response.error().code == row.code);
  CHECK(response.error().wire_code == row.wire_code);
}

TEST_CASE("curl client keeps its time limits", "[net]") {
  const std::string sent = GENERATE("", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(sent);
    socket.wait_end();
  });
  Client client;
  auto request = post(upstream.endpoint());
  request.deadlines.connect = request.deadlines.first_byte = request.deadlines.idle = 20ms;
  const auto response = client.fetch(std::move(request));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::timeout);
  CHECK(response.error().wire_code == "upstream_timeout");
}

TEST_CASE("curl client's limit between two reads is not put off by patience", "[net]") {
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    socket.wait_end();
  });
  Client client;
  auto request = post(upstream.endpoint());
  request.deadlines.idle = 60ms;
  auto stream = client.open(std::move(request));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
  CHECK(run(client.io, (*stream)->next(0ms))->bytes == "ab");
  int interruptions = 0;
  auto chunk = run(client.io, (*stream)->next(5ms));
  while (chunk && interruptions < 100) {
    ++interruptions;
    chunk = run(client.io, (*stream)->next(5ms));
  }
  CHECK(interruptions > 0);
  REQUIRE_FALSE(chunk);
  CHECK(chunk.error().code == Errc::timeout);
}

TEST_CASE("curl client closes the connection of a stream that is dropped or cancelled", "[net]") {
  const std::string answer = GENERATE("", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
  Signal reached, ended;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(answer);
    reached.set();
    socket.wait_end();
    ended.set();
  });
  Client client;
  {
    auto stream = client.open(post(upstream.endpoint()));
    REQUIRE(stream);
    boost::asio::cancellation_signal signal;
    std::optional<Result<Chunk>> result;
    while (!reached.is_set()) run(client.io, (*stream)->await_head(5ms));  // lets the request leave
    if (!answer.empty()) {
      REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
      REQUIRE(run(client.io, (*stream)->next(0ms))->bytes == "x");
    }
    boost::asio::co_spawn(
        client.io, (*stream)->next(0ms),
        boost::asio::bind_cancellation_slot(
            signal.slot(), [&](std::exception_ptr, Result<Chunk> value) { result.emplace(std::move(value)); }));
    boost::asio::post(client.io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
    run_until(client.io, [&] { return result.has_value(); });
    REQUIRE_FALSE(*result);
    CHECK(result->error().code == Errc::cancelled);
  }
  ended.wait();
}

TEST_CASE("curl client stops reading while nobody takes the body", "[net]") {
  constexpr std::size_t size = std::size_t{48} << 20U;
  std::atomic<std::size_t> sent = 0;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(size) + "\r\n\r\n");
    const std::string piece(std::size_t{256} << 10U, 'x');
    for (; sent < size; sent += piece.size()) socket.send(piece);
  });
  Client client;
  auto stream = client.open(post(upstream.endpoint()));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
  // The loop runs, but nobody asks for the body: only the buffers fill.
  Event pause(client.io);
  run(client.io, pause.wait(std::chrono::steady_clock::now() + 100ms));
  CHECK(sent < size / 2);
  std::size_t received = 0;
  for (;;) {
    const auto chunk = run(client.io, (*stream)->next(0ms));
    REQUIRE(chunk);
    if (chunk->kind == Chunk::Kind::end) break;
    REQUIRE(chunk->bytes.size() <= std::size_t{512} << 10U);
    received += chunk->bytes.size();
  }
  CHECK(received == size);
}

TEST_CASE("requests to named hosts go through the proxy, those to loopback do not", "[net]") {
  RawMessage seen;
  FakeUpstream proxy([&](TestSocket& socket, int) {
    seen = read_message(socket);
    socket.send(ok_answer);
  });
  ClientOptions options;
  options.proxies.http = "http://127.0.0.1:" + std::to_string(proxy.port());
  boost::asio::io_context io{1};
  auto client = make_http_client(io, options);
  Endpoint named;
  named.host = "llm.example";
  named.port = 80;
  CHECK(run(io, net::fetch(*client, post(named), 100))->body == "ok");
  CHECK(seen.head.starts_with("POST http://llm.example/v1/x?a=b HTTP/1.1\r\n"));

  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ndirect");
  });
  CHECK(run(io, net::fetch(*client, post(upstream.endpoint()), 100))->body == "direct");
  CHECK(proxy.connections() == 1);
  client.reset();
  io.restart();
  io.run();
}

}  // namespace net_curl
