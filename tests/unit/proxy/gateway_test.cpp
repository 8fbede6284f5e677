#include "proxy/gateway.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "proxy/pipeline/context_length.h"
#include "support/path_server.h"
#include "support/proxy/kept_answer.h"
#include "support/proxy/running_gateway.h"

namespace gateway_test {

using namespace llmgw;

using Keeper = test::KeptAnswer;

/// A process that lives as the test says.
class Made final : public proxy::Process {
 public:
  std::string metrics_page(std::span<const metrics::Found>) const override {
    if (breaks) throw std::runtime_error("no memory");
    return "page\n";
  }
  proxy::Phase phase() const override { return now; }
  void look() const override { ++looks; }

  bool breaks = false;
  proxy::Phase now = proxy::Phase::serving;
  mutable int looks = 0;
};

net::Task<bool> handled(proxy::Gateway& gateway, const http::Request& request, const server::Peer& peer,
                        Keeper& keeper) {
  try {
    co_await gateway.handle(request, peer, keeper);
  } catch (const std::runtime_error&) {
    co_return false;
  }
  co_return true;
}

config::Config with_token() {
  auto config = test::config_for("http://127.0.0.1:9");
  config.server.auth = config::Auth::token;
  return config;
}

/// A gateway without a socket.
class Bench {
 public:
  Bench() = default;
  /// The log goes to this descriptor.
  explicit Bench(int log) : log_(Log::Level::info, Log::Format::text, log) {}
  Keeper ask(std::string_view target, bool loopback = true, std::string_view host = "localhost") {
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.headers.set("host", host);
    server::Peer peer;
    peer.address = loopback ? "127.0.0.1" : "10.1.2.3";
    peer.loopback = loopback;
    Keeper keeper;
    boost::asio::io_context io(1);
    handled_ = test::run(io, handled(gateway, request, peer, keeper));
    return keeper;
  }
  [[nodiscard]] bool handled_well() const { return handled_; }
  [[nodiscard]] std::int64_t in_flight() const { return total(metrics::Metric::in_flight); }
  [[nodiscard]] std::int64_t total(metrics::Metric metric) const {
    const std::vector<const metrics::Shard*> shards{&metrics_};
    return metrics::Page(shards).total(metric);
  }
  ManualClock& clock() { return upstream_.clock; }
  /// The background checks have found the only upstream in this state.
  void learn(health::State state, bool serves) {
    auto overview = std::make_shared<health::Overview>();
    overview->servers.push_back({.name = "u@h", .state = state, .serves = serves, .checked_unix_s = 1});
    gateway.learn(std::move(overview));
  }

  Made process;

 private:
  path_server::Server upstream_;
  metrics::Shard metrics_;
  IdSource ids_{1};
  Log log_{Log::Level::off, Log::Format::text};
  proxy::ContextLengths lengths_;
  bool handled_ = false;

 public:
  proxy::Gateway gateway{*proxy::make_snapshot(with_token(), Secret("token")),
                         {upstream_, metrics_, ids_, upstream_.clock, log_, lengths_},
                         process};
};

TEST_CASE("a request whose handler throws is no longer in flight", "[gateway]") {
  Bench bench;
  bench.process.breaks = true;
  bench.ask("/metrics");
  CHECK_FALSE(bench.handled_well());
  CHECK(bench.in_flight() == 0);
}

TEST_CASE("a flood of connections without room is a line a second, and counted", "[gateway]") {
  std::array<int, 2> pipe{};
  REQUIRE(pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0);
  Bench bench(pipe[1]);
  bench.clock().advance(std::chrono::seconds(5));
  const auto error = fail(Errc::overloaded, "too many connections; try again in a moment").error();
  std::string body;
  for (int i = 0; i < 100; ++i) body = bench.gateway.no_room_body(error, {.address = "10.1.2.3", .loopback = false});
  CHECK(body.contains("too many connections"));
  bench.clock().advance(std::chrono::seconds(1));
  bench.gateway.no_room_body(error, {.address = "10.9.9.9", .loopback = false});
  std::string log(4096, '\0');
  log.resize(static_cast<std::size_t>(std::max<ssize_t>(read(pipe[0], log.data(), log.size()), 0)));
  for (const int end : pipe) close(end);
  CHECK(std::ranges::count(log, '\n') == 2);
  CHECK(log.contains("1 turned away, the last from 10.1.2.3\n"));
  CHECK(log.contains("100 turned away, the last from 10.9.9.9\n"));
  CHECK(bench.total(metrics::Metric::connections_refused) == 101);
}

TEST_CASE("readiness follows the process and what is known of its upstreams", "[gateway]") {
  Bench bench;
  CHECK(bench.ask("/readyz").status == 503);
  CHECK(bench.ask("/readyz").body == "starting\n");
  bench.learn(health::State::ok, true);
  CHECK(bench.ask("/readyz").status == 200);
  CHECK(bench.ask("/readyz").body == "ok\n");
  bench.learn(health::State::crit, false);
  CHECK(bench.ask("/readyz").status == 503);
  CHECK(bench.ask("/readyz").body == "no upstream\n");
  bench.learn(health::State::idle, true);
  CHECK(bench.ask("/readyz").status == 200);
  bench.process.now = proxy::Phase::draining;
  CHECK(bench.ask("/readyz").status == 503);
  CHECK(bench.ask("/readyz").body == "draining\n");
  CHECK(bench.ask("/livez").status == 200);
  CHECK(bench.process.looks > 0);
}

TEST_CASE("LiteLLM's probes and health+json have the status of readiness; livez never fails", "[gateway]") {
  Bench bench;
  for (const bool serves : {true, false}) {
    bench.learn(serves ? health::State::ok : health::State::crit, serves);
    const int status = serves ? 200 : 503;
    CHECK(bench.ask("/health").status == status);
    CHECK(bench.ask("/health/readiness").status == status);
    CHECK(bench.ask("/health/readiness").body.contains(serves ? "\"healthy\"" : "\"unhealthy\""));
    for (const auto* path : {"/health/liveliness", "/health/liveness"}) {
      CHECK(bench.ask(path).status == status);
      CHECK(bench.ask(path).body.contains("I'm alive!") == serves);
    }
    for (const auto* path : {"/livez", "/healthz"}) CHECK(bench.ask(path).status == 200);
  }
}

TEST_CASE("from elsewhere the plain probes are open under any name, and what tells more takes the token", "[gateway]") {
  Bench bench;
  bench.learn(health::State::ok, true);
  for (const auto* path : {"/livez", "/healthz", "/readyz", "/readyz?quiet"}) {
    CAPTURE(path);
    CHECK(bench.ask(path, false, "10.0.0.7:4000").status == 200);
    CHECK_FALSE(bench.ask(path, false, "10.0.0.7:4000").body.contains("u@h"));
  }
  for (const auto* path :
       {"/readyz?verbose", "/readyz?x=1&verbose=1", "/health", "/health/liveliness", "/health/readiness", "/metrics"}) {
    CAPTURE(path);
    CHECK(bench.ask(path, false).status == 401);
    CHECK(bench.ask(path, true).status == 200);
    // A page whose name leads here must not read it (DNS rebinding).
    CHECK(bench.ask(path, true, "evil.example").status == 421);
  }
  CHECK(bench.ask("/readyz?verbose").body.contains("u@h"));
}

}  // namespace gateway_test
