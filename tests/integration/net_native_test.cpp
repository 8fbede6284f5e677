#include <zlib.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <filesystem>

#include "core/base/clock.h"
#include "core/net/native_client.h"
#include "support/fake_upstream.h"
#include "support/loop.h"
#include "support/signal.h"

using namespace llmgw;
using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace net_native {

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

HttpRequest post(const FakeUpstream& upstream, std::string body = "{}") {
  HttpRequest request;
  request.endpoint = share(upstream.endpoint());
  request.message.method = "POST";
  request.message.target = "/v1/chat/completions";
  request.message.headers.add("content-type", "application/json");
  request.message.body = std::move(body);
  return request;
}

struct Client {
  boost::asio::io_context io{1};
  NativeClient client;

  explicit Client(ClientOptions options = {}) : client(io, options) {}
  Result<HttpResponse> fetch(HttpRequest request) {
    return run(io, net::fetch(client, std::move(request), std::size_t{1} << 24U));
  }
  Result<std::unique_ptr<HttpStream>> open(HttpRequest request) { return run(io, client.open(std::move(request))); }
};

/// Everything `next` brings, and the error that ended it.
struct Body {
  std::string text;
  std::optional<Error> error;
};

Body read_all(Client& client, HttpStream& stream) {
  Body body;
  for (;;) {
    auto chunk = run(client.io, stream.next(0ms));
    if (!chunk) body.error = chunk.error();
    if (!chunk || chunk->kind == Chunk::Kind::end) return body;
    body.text += chunk->bytes;
  }
}

TEST_CASE("native client sends head and body and reads the answer", "[net]") {
  RawMessage seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    seen = read_message(socket);
    socket.send("HTTP/1.1 201 Created\r\nx-kind: a\r\nContent-Length: 5\r\n\r\nhello");
  });
  Client client;
  const auto response = client.fetch(post(upstream, R"({"a":1})"));
  REQUIRE(response);
  CHECK(response->head.status == 201);
  CHECK(response->head.headers.get("x-kind") == "a");
  CHECK(response->body == "hello");
  CHECK(seen.head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  CHECK(seen.head.find("127.0.0.1:" + std::to_string(upstream.port())) != std::string::npos);
  CHECK(seen.body == R"({"a":1})");
}

TEST_CASE("native client notes the moment before the request's last byte leaves", "[net]") {
  const bool large = GENERATE(false, true);  // more than the socket's buffers take at once
  const std::size_t size = large ? std::size_t{24} << 20U : 2;
  const SystemClock clock;
  std::int64_t begun = 0;
  std::int64_t whole = 0;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    socket.read_until("\r\n\r\n");
    begun = clock.now_ns();
    socket.read_exact(size);
    whole = clock.now_ns();
    socket.send(ok_answer);
  });
  Client client;
  const auto stream = client.open(post(upstream, std::string(size, 'x')));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)));
  CHECK((*stream)->sent_ns() <= whole);
  if (large) CHECK((*stream)->sent_ns() > begun);
}

TEST_CASE("native client uses a connection again, and every byte comes when it is there", "[net]") {
  Signal first_seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    first_seen.wait();
    socket.send("6\r\nsecond\r\n0\r\n\r\n");
    read_message(socket);
    socket.send(ok_answer);
  });
  Client client;
  {
    auto stream = client.open(post(upstream));
    REQUIRE(stream);
    REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
    const auto first = run(client.io, (*stream)->next(0ms));
    REQUIRE(first);
    CHECK(first->bytes == "first");
    first_seen.set();
    CHECK(read_all(client, **stream).text == "second");
  }
  CHECK(client.fetch(post(upstream))->body == "ok");
  CHECK(upstream.connections() == 1);
}

TEST_CASE("native client answers idle when patience ends, and loses nothing", "[net]") {
  Signal go_on;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    go_on.wait();
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    socket.read_exact(1);  // the client's end
  });
  Client client;
  auto stream = client.open(post(upstream));
  REQUIRE(stream);
  CHECK(run(client.io, (*stream)->await_head(5ms)) == false);
  go_on.set();
  CHECK(run(client.io, (*stream)->await_head(0ms)) == true);
  const auto first = run(client.io, (*stream)->next(0ms));
  REQUIRE(first);
  CHECK(first->bytes == "ab");
  const auto quiet = run(client.io, (*stream)->next(5ms));
  REQUIRE(quiet);
  CHECK(quiet->kind == Chunk::Kind::idle);
}

TEST_CASE("native client keeps its time limits", "[net]") {
  const std::string sent = GENERATE("", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  const bool total = GENERATE(false, true);
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(sent);
    socket.wait_end();
  });
  Client client;
  auto request = post(upstream);
  if (total)
    request.deadlines.total = 20ms;
  else
    request.deadlines.first_byte = request.deadlines.idle = 20ms;
  const auto response = client.fetch(std::move(request));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::timeout);
  CHECK(response.error().wire_code == "upstream_timeout");
}

TEST_CASE("native client keeps its time limits while bytes keep coming", "[net]") {
  const auto [first, again] = GENERATE(table<std::string, std::string>({
      {"", "HTTP/1.1 100 Continue\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"},
  }));
  FakeUpstream upstream([first, again](TestSocket& socket, int) {
    read_message(socket);
    std::string flood;
    while (flood.size() < 4096) flood += again;
    socket.send(first);
    while (!socket.ends_within(0ms)) socket.send(flood);
  });
  Client client;
  auto request = post(upstream);
  request.deadlines.total = 50ms;
  const auto response = client.fetch(std::move(request));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::timeout);
}

TEST_CASE("native client's limit between two reads is not put off by patience", "[net]") {
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    socket.wait_end();
  });
  Client client;
  auto request = post(upstream);
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

TEST_CASE("native client says where it could not connect", "[net]") {
  std::uint16_t port = 0;
  {
    FakeUpstream gone([](TestSocket&, int) {});
    port = gone.port();
  }
  Client client;
  HttpRequest request;
  Endpoint endpoint;
  endpoint.host = GENERATE("127.0.0.1", "localhost");
  endpoint.port = port;
  request.endpoint = share(endpoint);
  request.message.method = "GET";
  request.message.target = "/";
  const auto response = client.fetch(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::network);
  CHECK(response.error().message.find(endpoint.host + ":" + std::to_string(port)) != std::string::npos);
  CHECK(response.error().message.find("refused") != std::string::npos);
  CHECK(response.error().fault == NetFault::connect);
}

TEST_CASE("native client finds localhost whichever family the server listens on", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
  });
  Client client;
  auto request = post(upstream);
  Endpoint endpoint = *request.endpoint;
  endpoint.host = "localhost";
  request.endpoint = share(std::move(endpoint));
  CHECK(client.fetch(request)->body == "ok");
}

TEST_CASE("native client speaks over unix sockets", "[net]") {
  const auto path = std::filesystem::temp_directory_path() / ("llmgw-net-" + std::to_string(::getpid()) + ".sock");
  RawMessage seen;
  FakeUpstream upstream(path.string(), [&](TestSocket& socket, int) {
    seen = read_message(socket);
    socket.send(ok_answer);
  });
  Client client;
  CHECK(client.fetch(post(upstream))->body == "ok");
  CHECK(seen.head.find("localhost\r\n") != std::string::npos);
}

TEST_CASE("native client sees a body that is cut", "[net]") {
  const std::string answer = GENERATE("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\npart",
                                      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n",
                                      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\npart");
  const bool reset = GENERATE(false, true);
  Signal seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(answer);
    seen.wait();
    if (reset) socket.reset();
  });
  Client client;
  auto stream = client.open(post(upstream));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
  const auto first = run(client.io, (*stream)->next(0ms));
  REQUIRE(first);
  CHECK(first->bytes == "part");
  seen.set();
  const Body rest = read_all(client, **stream);
  REQUIRE(rest.error);
  CHECK(rest.error->code == Errc::upstream_protocol);
  CHECK(rest.error->wire_code == "stream_incomplete");
}

TEST_CASE("native client reads a body to the end of the connection", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.0 200 OK\r\n\r\nall of it");
  });
  Client client;
  CHECK(client.fetch(post(upstream))->body == "all of it");
  CHECK(client.fetch(post(upstream))->body == "all of it");
  CHECK(upstream.connections() == 2);
}

TEST_CASE("a connection that is reset is no end of a body", "[net][req-1]") {
  Signal seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
    seen.wait();
    socket.reset();
  });
  Client client;
  auto stream = client.open(post(upstream));
  REQUIRE(stream);
  REQUIRE(run(client.io, (*stream)->await_head(0ms)));
  const auto first = run(client.io, (*stream)->next(0ms));
  REQUIRE(first);
  CHECK(first->bytes == "half of it");
  seen.set();
  const auto rest = run(client.io, (*stream)->next(0ms));
  REQUIRE_FALSE(rest);
  CHECK(rest.error().code == Errc::upstream_protocol);
}

TEST_CASE("native client gives up a server that has closed its side and does not read", "[net]") {
  Signal over;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    socket.shrink_receive_buffer();
    socket.shutdown_send();
    over.wait();
  });
  Client client;
  const auto answer = client.fetch(post(upstream, std::string(std::size_t{20} << 20U, 'x')));
  over.set();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Errc::network);
}

TEST_CASE("native client reports an answer that is no HTTP", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });
  Client client;
  const auto response = client.fetch(post(upstream));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::upstream_protocol);
}

TEST_CASE("native client takes an answer that comes before the request is sent", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    socket.read_until("\r\n\r\n");
    socket.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
    socket.shutdown_send();
    socket.wait_end();
  });
  Client client;
  const auto response = client.fetch(post(upstream, std::string(std::size_t{32} << 20U, 'x')));
  REQUIRE(response);
  CHECK(response->head.status == 413);
  CHECK(response->body == "big");
}

TEST_CASE("native client sends bodies that fill the socket's buffers", "[net]") {
  const std::string body(std::size_t{24} << 20U, 'x');
  std::size_t seen = 0;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    seen = read_message(socket).body.size();
    socket.send(ok_answer);
  });
  Client client;
  CHECK(client.fetch(post(upstream, body))->body == "ok");
  CHECK(seen == body.size());
}

TEST_CASE("native client closes the connection of a stream that is dropped", "[net]") {
  Signal ended;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
    socket.wait_end();
    ended.set();
  });
  Client client;
  {
    auto stream = client.open(post(upstream));
    REQUIRE(stream);
    REQUIRE(run(client.io, (*stream)->await_head(0ms)) == true);
  }
  ended.wait();
  CHECK(client.client.pool().idle_count() == 0);
}

TEST_CASE("native client ends a cancelled wait at once", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) { socket.wait_end(); });
  Client client;
  auto stream = client.open(post(upstream));
  REQUIRE(stream);
  boost::asio::cancellation_signal signal;
  std::optional<Result<bool>> result;
  boost::asio::co_spawn(client.io, (*stream)->await_head(0ms),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<bool> value) {
                          result.emplace(std::move(value));
                        }));
  boost::asio::post(client.io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  run_until(client.io, [&] { return result.has_value(); });
  REQUIRE_FALSE(*result);
  CHECK(result->error().code == Errc::cancelled);
}

TEST_CASE("native client refuses answers over the caller's limit", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n01234567890");
  });
  Client client;
  const auto response = run(client.io, net::fetch(client.client, post(upstream), 10));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::upstream_protocol);
}

TEST_CASE("native client expects no body after HEAD and 204", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
    read_message(socket);
    socket.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  Client client;
  auto head = post(upstream, "");
  head.message.method = "HEAD";
  CHECK(client.fetch(head)->body.empty());
  CHECK(client.fetch(post(upstream))->head.status == 204);
  CHECK(upstream.connections() == 1);
}

TEST_CASE("native client inflates piece by piece", "[net]") {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  const auto pack = [&](std::string text, int flush) {
    std::string out(256, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, flush);
    out.resize(out.size() - stream.avail_out);
    return out;
  };
  const bool cut = GENERATE(false, true);
  const std::string first = pack("data: 1\n\n", Z_SYNC_FLUSH), second = pack("data: 2\n\n", Z_FINISH);
  deflateEnd(&stream);
  Signal first_seen;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n" + first);
    first_seen.wait();
    if (!cut) socket.send(second);
  });
  Client client;
  auto stream_result = client.open(post(upstream));
  REQUIRE(stream_result);
  REQUIRE(run(client.io, (*stream_result)->await_head(0ms)) == true);
  CHECK(run(client.io, (*stream_result)->next(0ms))->bytes == "data: 1\n\n");
  first_seen.set();
  const Body rest = read_all(client, **stream_result);
  if (cut) {
    REQUIRE(rest.error);
    CHECK(rest.error->wire_code == "stream_incomplete");
  } else {
    CHECK(rest.text == "data: 2\n\n");
    CHECK_FALSE(rest.error);
  }
}

TEST_CASE("native client names a content coding it cannot read", "[net]") {
  const std::string coding = GENERATE("br", "zstd");
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send("HTTP/1.1 200 OK\r\ncontent-encoding: " + coding + "\r\ncontent-length: 2\r\n\r\nxx");
  });
  Client client;
  const auto response = client.fetch(post(upstream));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::upstream_protocol);
  CHECK(response.error().message.find('"' + coding + '"') != std::string::npos);
}

}  // namespace net_native
