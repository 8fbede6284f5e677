#include "proxy/health/watch.h"

#include <boost/asio/detached.hpp>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "support/path_server.h"

namespace watch_test {

using namespace llmgw;
using health::State;

health::Reply refused() {
  health::Reply reply;
  reply.error = fail(Errc::network, "cannot connect to gpu:8000: connection refused").error();
  reply.error->fault = NetFault::connect;
  return reply;
}

config::Config engine_config() {
  config::Config config;
  config::Model model;
  model.name = "qwen";
  model.params.provider = "vllm";
  model.params.api_base = "http://gpu:8000";
  model.params.api_key = Secret("sk-of-the-engine");
  config.models = {model};
  return config;
}

/// A watch over one vLLM server that stands still until the test moves its clock.
class Bench {
 public:
  Bench() : watch(io, server, server.clock, [this](auto overview) { told.push_back(std::move(overview)); }) {
    server.replies["/health"] = {path_server::answer(200, "")};
    server.replies["/version"] = {path_server::answer(200, R"({"version":"0.24.1"})")};
    server.replies["/v1/models"] = {path_server::answer(200, R"({"data":[{"id":"qwen","max_model_len":4096}]})")};
    server.replies["/metrics"] = {path_server::answer(
        200, "vllm:num_requests_running 3\nvllm:num_requests_waiting 1\nvllm:kv_cache_usage_perc 0.5\n")};
  }
  ~Bench() {
    watch.stop();
    if (begun_) test::run_until(io, [this] { return over_; });
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void follow(const config::Config& config) {
    const auto snapshot = proxy::make_snapshot(config, Secret());
    REQUIRE(snapshot);
    watch.follow(**snapshot);
    if (std::exchange(begun_, true)) return;
    boost::asio::co_spawn(io, watch.run(), [this](std::exception_ptr) { over_ = true; });
  }
  /// Runs until something new is told.
  const health::Standing& news() {
    const auto before = told.size();
    test::run_until(io, [&] { return told.size() > before; });
    return told.back()->servers.front();
  }
  /// Lets everything happen that is due.
  void settle() {
    io.restart();
    io.poll();
  }

  boost::asio::io_context io{1};
  path_server::Server server;
  std::vector<std::shared_ptr<const health::Overview>> told;
  proxy::Watch watch;

 private:
  bool begun_ = false;
  bool over_ = false;
};

TEST_CASE("the first round tells how the upstream is", "[health]") {
  Bench bench;
  bench.follow(engine_config());
  const auto& standing = bench.news();
  CHECK(standing.serves);
  CHECK(health::standing_word(standing) == "ok");
  CHECK(standing.kind == "vllm");
  CHECK(standing.version == "0.24.1");
  CHECK(standing.context == 4096);
  CHECK(standing.running == 3);
  CHECK(standing.waiting == 1);
  CHECK(standing.kv == 0.5);
  CHECK(standing.checked_unix_s != 0);
}

TEST_CASE("the checks cost nothing: only GET requests, and each upstream is asked once an interval", "[health]") {
  Bench bench;
  bench.follow(engine_config());
  bench.news();
  const auto first = bench.server.requests.size();
  CHECK(first == 4);
  for (const auto& request : bench.server.requests) CHECK(request.message.method == "GET");
  bench.server.clock.advance(std::chrono::seconds(299));
  bench.watch.suspect("another@upstream");
  bench.settle();
  CHECK(bench.server.requests.size() == first);
  bench.server.clock.advance(std::chrono::seconds(2));
  bench.watch.suspect("another@upstream");
  bench.news();
  CHECK(bench.server.requests.size() == 2 * first);
}

TEST_CASE("an upstream that dies is found by a look, and one that comes back by itself", "[health]") {
  Bench bench;
  bench.follow(engine_config());
  bench.news();
  bench.server.replies["/health"] = {refused()};
  bench.server.clock.advance(std::chrono::seconds(6));
  bench.watch.look();
  const auto down = bench.news();
  CHECK_FALSE(down.serves);
  CHECK(health::standing_word(down) == "unreachable");
  CHECK(down.code == "connect_failed");
  CHECK_FALSE(bench.told.back()->servable());
  bench.server.replies["/health"] = {path_server::answer(200, "")};
  bench.server.clock.advance(std::chrono::seconds(2));
  bench.watch.suspect("");  // wakes it, as its timer would
  const auto& up = bench.news();
  CHECK(up.serves);
  CHECK(up.since_unix_s > down.since_unix_s);
}

TEST_CASE("a failed request makes its upstream suspect at once", "[health]") {
  Bench bench;
  bench.follow(engine_config());
  bench.news();
  bench.server.replies["/health"] = {path_server::answer(503, "")};
  bench.server.clock.advance(std::chrono::seconds(1));
  bench.watch.suspect("vllm@gpu:8000");
  const auto& dead = bench.news();
  CHECK_FALSE(dead.serves);
  CHECK(dead.code == "engine_dead");
  CHECK(health::standing_word(dead) == "down");
}

TEST_CASE("a request that fails while its upstream is asked leads to a question after that one", "[health]") {
  Bench bench;
  bench.follow(engine_config());
  bench.news();
  bench.server.clock.advance(std::chrono::seconds(300));
  bench.server.on_request = [&bench] { bench.watch.suspect("vllm@gpu:8000"); };
  bench.watch.suspect("vllm@gpu:8000");
  bench.news();
  const auto asked = bench.server.requests.size();
  bench.server.on_request = nullptr;
  bench.server.replies["/health"] = {path_server::answer(503, "")};
  bench.server.clock.advance(std::chrono::seconds(1));
  bench.watch.suspect("");  // wakes it, as its timer would
  CHECK_FALSE(bench.news().serves);
  CHECK(bench.server.requests.size() > asked);
}

TEST_CASE("a check that breaks off makes its upstream unknown, and it is asked again", "[health]") {
  Bench bench;
  bench.server.on_request = [] { throw std::runtime_error("no memory for the answer"); };
  bench.follow(engine_config());
  const auto broken = bench.news();
  CHECK(health::standing_word(broken) == "unknown");
  CHECK(broken.serves);
  CHECK(broken.name == "vllm@gpu:8000");
  CHECK(broken.code == "check_failed");
  CHECK(broken.message == "the check broke off: no memory for the answer");
  CHECK(broken.checked_unix_s != 0);
  bench.server.on_request = nullptr;
  bench.server.clock.advance(std::chrono::seconds(2));
  bench.watch.suspect("");  // wakes it, as its timer would
  CHECK(health::standing_word(bench.news()) == "ok");
}

TEST_CASE("an upstream that is scaled to zero is idle and may be sent requests", "[health]") {
  auto config = engine_config();
  config.models.front().watched.scale_to_zero = true;
  for (const bool connects : {false, true}) {
    Bench bench;
    bench.server.replies["/health"] = {connects ? path_server::answer(503, "") : refused()};
    bench.follow(config);
    const auto& standing = bench.news();
    CHECK(standing.state == State::idle);
    CHECK(health::standing_word(standing) == "idle");
    CHECK(bench.told.back()->servable());
    // Looking at it must not wake it.
    const auto asked = bench.server.requests.size();
    bench.server.clock.advance(std::chrono::seconds(200));
    bench.watch.look();
    bench.settle();
    CHECK(bench.server.requests.size() == asked);
  }
}

TEST_CASE("without background checks nothing is asked and every upstream may be sent requests", "[health]") {
  auto config = engine_config();
  config.health.background = false;
  Bench bench;
  bench.follow(config);
  CHECK(health::standing_word(bench.news()) == "unknown");
  CHECK(bench.told.back()->servable());
  bench.watch.look();
  bench.settle();
  CHECK(bench.server.requests.empty());
}

TEST_CASE("a reload keeps what is known of upstreams that stay", "[health]") {
  Bench bench;
  auto config = engine_config();
  bench.follow(config);
  bench.news();
  const auto asked = bench.server.requests.size();
  auto more = config.models.front();
  more.name = "other";
  more.params.api_base = "http://other:8000";
  config.models.push_back(more);
  bench.follow(config);
  test::run_until(bench.io, [&] {
    const auto& servers = bench.told.back()->servers;
    return servers.size() == 2 && servers[1].checked_unix_s != 0;
  });
  CHECK(bench.told.back()->servers[0].checked_unix_s != 0);
  CHECK(bench.server.requests.size() == 2 * asked);
}

TEST_CASE("no secret is in what is told", "[health]") {
  Bench bench;
  bench.server.replies["/v1/models"] = {path_server::answer(401, R"({"error":"bad key sk-of-the-engine"})")};
  bench.follow(engine_config());
  const auto& standing = bench.news();
  CHECK_FALSE(standing.serves);
  CHECK(standing.code == "key_refused");
  CHECK_FALSE(health::readiness_json(health::Readiness::no_upstream, *bench.told.back()).contains("sk-of"));
}

}  // namespace watch_test
