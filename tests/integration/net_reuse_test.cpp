// What happens to connections between requests: the race between a server that closes an idle one and a client that
// sends on it, and the pool's own limits.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/net/native_client.h"
#include "support/fake_upstream.h"
#include "support/loop.h"
#include "support/signal.h"

using namespace llmgw;
using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace net_reuse {

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

HttpRequest post(const FakeUpstream& upstream) {
  HttpRequest request;
  request.endpoint = share(upstream.endpoint());
  request.message.method = "POST";
  request.message.target = "/";
  request.message.body = "{}";
  return request;
}

Result<HttpResponse> fetch_one(boost::asio::io_context& io, NativeClient& client, const FakeUpstream& upstream) {
  return run(io, net::fetch(client, post(upstream), 1024));
}

TEST_CASE("a reused connection that fails before any byte is replaced once", "[net][req-18]") {
  enum class Way { fin_before, reset_on_request, fin_after };
  const Way way = GENERATE(Way::fin_before, Way::reset_on_request, Way::fin_after);
  Signal closed;
  FakeUpstream upstream([&](TestSocket& socket, int number) {
    read_message(socket);
    socket.send(ok_answer);
    if (number > 0) return;
    if (way == Way::reset_on_request) {
      socket.read_exact(1);  // closing with the rest unread resets
    } else if (way == Way::fin_after) {
      read_message(socket);
    }
    socket.close();
    closed.set();
  });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  REQUIRE(fetch_one(io, client, upstream));
  if (way == Way::fin_before) closed.wait();
  const auto second = fetch_one(io, client, upstream);
  REQUIRE(second);
  CHECK(second->body == "ok");
  CHECK(upstream.connections() == 2);
}

TEST_CASE("a reused connection that fails after the first byte is not tried again", "[net][req-18]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
    read_message(socket);
    socket.send("HTTP/1.1 200");
  });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  REQUIRE(fetch_one(io, client, upstream));
  const auto second = fetch_one(io, client, upstream);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::upstream_protocol);
  CHECK(upstream.connections() == 1);
}

TEST_CASE("a fresh connection that fails is not tried again", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) { read_message(socket); });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  const auto response = fetch_one(io, client, upstream);
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Errc::network);
  CHECK(upstream.connections() == 1);
}

TEST_CASE("a replaced connection that fails too is the end of it", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int number) {
    read_message(socket);
    if (number > 0) return;
    socket.send(ok_answer);
    read_message(socket);
  });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  REQUIRE(fetch_one(io, client, upstream));
  const auto second = fetch_one(io, client, upstream);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::network);
  CHECK(upstream.connections() == 2);
}

TEST_CASE("a connection that says close, or sends more than it should, is not kept", "[net]") {
  const std::string answer = GENERATE("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
                                      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(answer);
    socket.wait_end();
  });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  REQUIRE(fetch_one(io, client, upstream));
  CHECK(client.pool().idle_count() == 0);
}

TEST_CASE("the pool closes connections that were idle for its limit", "[net]") {
  Signal ended;
  FakeUpstream upstream([&](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
    socket.wait_end();
    ended.set();
  });
  boost::asio::io_context io{1};
  ClientOptions options;
  options.idle_limit = 10ms;
  NativeClient client(io, options);
  REQUIRE(fetch_one(io, client, upstream));
  CHECK(client.pool().idle_count() == 1);
  run_until(io, [&] { return client.pool().idle_count() == 0; });
  ended.wait();
}

/// Opens a stream once the coroutine has been cancelled.
Task<Result<std::unique_ptr<HttpStream>>> open_cancelled(boost::asio::io_context& io, HttpClient& client,
                                                         HttpRequest request) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  Event never_set(io);
  const auto wake = co_await never_set.wait();
  if (wake != Wake::cancelled) co_return fail(Errc::internal, "the wait ended on its own");
  co_return co_await client.open(std::move(request));
}

TEST_CASE("a connection that lies ready is left alone by one who has been cancelled", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
    socket.wait_end();
  });
  boost::asio::io_context io{1};
  NativeClient client(io, {});
  REQUIRE(fetch_one(io, client, upstream));
  boost::asio::cancellation_signal signal;
  std::optional<Errc> outcome;
  boost::asio::co_spawn(
      io, open_cancelled(io, client, post(upstream)),
      boost::asio::bind_cancellation_slot(
          signal.slot(), [&](const std::exception_ptr& thrown, const Result<std::unique_ptr<HttpStream>>& result) {
            outcome = thrown || result ? Errc::internal : result.error().code;
          }));
  boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  run_until(io, [&] { return outcome.has_value(); });
  CHECK(outcome == Errc::cancelled);
  CHECK(client.pool().idle_count() == 1);
}

TEST_CASE("the pool keeps no more idle connections of one endpoint than allowed", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
    socket.wait_end();
  });
  boost::asio::io_context io{1};
  ClientOptions options;
  options.max_idle_per_endpoint = 2;
  NativeClient client(io, options);
  {
    std::vector<std::unique_ptr<HttpStream>> streams;
    for (int i = 0; i < 4; ++i) {
      auto stream = run(io, client.open(post(upstream)));
      REQUIRE(stream);
      REQUIRE(run(io, (*stream)->await_head(0ms)) == true);
      while (run(io, (*stream)->next(0ms))->kind != Chunk::Kind::end) continue;
      streams.push_back(*std::move(stream));
    }
  }
  CHECK(client.pool().idle_count() == 2);
}

TEST_CASE("streams may outlive their client", "[net]") {
  FakeUpstream upstream([](TestSocket& socket, int) {
    read_message(socket);
    socket.send(ok_answer);
  });
  boost::asio::io_context io{1};
  auto client = std::make_unique<NativeClient>(io, ClientOptions());
  auto stream = run(io, client->open(post(upstream)));
  REQUIRE(stream);
  client.reset();
  REQUIRE(run(io, (*stream)->await_head(0ms)) == true);
  CHECK(run(io, (*stream)->next(0ms))->bytes == "ok");
}

}  // namespace net_reuse
