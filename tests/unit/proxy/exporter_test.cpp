#include "proxy/app_exporter.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <stdexcept>
#include <string>

#include "core/net/event.h"
#include "support/loop.h"
#include "support/proxy/kept_answer.h"

namespace exporter_test {

using namespace llmgw;

using Kept = test::KeptAnswer;

http::Request request(const std::string& target, const std::string& method = "GET") {
  http::Request made;
  made.method = method;
  made.target = target;
  made.headers.add("host", "127.0.0.1:9401");
  return made;
}

net::Task<bool> answer(server::Handler& handler, const http::Request& asked, Kept& kept) {
  const server::Peer peer{.address = "127.0.0.1", .loopback = true};
  co_await handler.handle(asked, peer, kept);
  co_return true;
}

/// As a connection runs its handler: cancelled waits end with values.
net::Task<bool> quietly(net::Task<bool> task) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_return co_await std::move(task);
}

/// A page that counts how often it was made.
struct Counted {
  int made = 0;
  std::optional<Error> failure = {};
  proxy::PageSource source() {
    return [this]() -> net::Task<Result<std::string>> { return make(*this); };
  }
  static net::Task<Result<std::string>> make(Counted& counted) {
    ++counted.made;
    if (counted.failure) co_return std::unexpected(*counted.failure);
    co_return "page " + std::to_string(counted.made) + "\n";
  }
};

TEST_CASE("a page is made at most once a second, whatever the scrape rate", "[exporter]") {
  boost::asio::io_context io;
  ManualClock clock;
  clock.advance(std::chrono::seconds(5));
  Counted counted;
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, counted.source());
  Kept kept;
  for (int i = 0; i < 10; ++i) test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(counted.made == 1);
  CHECK(kept.status == 200);
  CHECK(kept.type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(kept.body == "page 1\n");
  clock.advance(std::chrono::milliseconds(999));
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(counted.made == 1);
  clock.advance(std::chrono::milliseconds(1));
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(counted.made == 2);
  CHECK(kept.body == "page 2\n");
}

/// A source that takes until it is told to go on.
struct Slow {
  explicit Slow(boost::asio::io_context& io) : go_on(io) {}
  net::Event go_on;
  int made = 0;
  int cut = 0;
  static net::Task<Result<std::string>> make(Slow& slow) {
    ++slow.made;
    const auto wake = co_await slow.go_on.wait();
    if (wake == net::Wake::cancelled) ++slow.cut;
    if (wake == net::Wake::cancelled) co_return fail(Errc::cancelled, "cut");
    co_return "slow\n";
  }
};

TEST_CASE("scrapes at one time share one reading", "[exporter]") {
  boost::asio::io_context io;
  ManualClock clock;
  Slow slow(io);
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, [&slow] { return Slow::make(slow); });
  Kept first;
  Kept second;
  Kept third;
  const auto asked = request("/metrics");
  int done = 0;
  for (auto* kept : {&first, &second, &third}) {
    boost::asio::co_spawn(io, answer(pages, asked, *kept), [&done](std::exception_ptr, bool) { ++done; });
  }
  io.poll();
  CHECK(done == 0);
  slow.go_on.set();
  test::run_until(io, [&] { return done == 3; });
  CHECK(slow.made == 1);
  CHECK(first.body == "slow\n");
  CHECK(third.body == "slow\n");
}

TEST_CASE("a scrape that is given up leaves the page to the others", "[exporter]") {
  boost::asio::io_context io;
  ManualClock clock;
  Slow slow(io);
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, [&slow] { return Slow::make(slow); });
  boost::asio::cancellation_signal leaves;
  Kept left;
  Kept stayed;
  const auto asked = request("/metrics");
  int done = 0;
  const auto count = [&done](std::exception_ptr, bool) { ++done; };
  boost::asio::co_spawn(io, quietly(answer(pages, asked, left)),
                        boost::asio::bind_cancellation_slot(leaves.slot(), count));
  boost::asio::co_spawn(io, answer(pages, asked, stayed), count);
  io.poll();
  leaves.emit(boost::asio::cancellation_type::terminal);
  test::run_until(io, [&] { return done == 1; });
  io.restart();
  io.poll();
  slow.go_on.set();
  test::run_until(io, [&] { return done == 2; });
  CHECK(slow.made == 2);
  CHECK(stayed.status == 200);
  CHECK(stayed.body == "slow\n");
  Kept next;
  test::run(io, answer(pages, asked, next));
  CHECK(next.body == "slow\n");
  CHECK(slow.made == 2);
}

net::Task<bool> closed(proxy::MetricsPage& pages) {
  co_await pages.close();
  co_return true;
}

/// An exporter that has a page, and whose next one is slow.
struct Impatient {
  boost::asio::io_context io = {};
  ManualClock clock = {};
  Slow slow{io};
  proxy::PageTimes times{.least_age = std::chrono::seconds(1), .patience = std::chrono::milliseconds(1)};
  proxy::MetricsPage pages{io, clock, times, [this] { return Slow::make(slow); }};

  Impatient() { pages.keep("before\n"); }
};

TEST_CASE("the page before is the answer while a new one takes longer than patience lasts", "[exporter]") {
  Impatient exporter;
  auto& [io, clock, slow, times, pages] = exporter;
  Kept kept;
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(kept.body == "before\n");
  CHECK(slow.made == 0);
  for (int i = 0; i < 3; ++i) {
    clock.advance(std::chrono::seconds(2));
    Kept meanwhile;
    test::run(io, answer(pages, request("/metrics"), meanwhile));
    CHECK(meanwhile.status == 200);
    CHECK(meanwhile.body == "before\n");
    CHECK(slow.made == 1);  // there is never a second one beside it
  }
  slow.go_on.set();
  io.restart();
  io.poll();
  Kept next;
  test::run(io, answer(pages, request("/metrics"), next));
  CHECK(next.body == "slow\n");
  CHECK(slow.made == 1);
}

TEST_CASE("a page that is too old is no answer", "[exporter]") {
  Impatient exporter;
  auto& [io, clock, slow, times, pages] = exporter;
  clock.advance(times.most_age);
  slow.go_on.set();
  Kept kept;
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(kept.body == "slow\n");
}

TEST_CASE("an exporter that ends gives up the page that is being made", "[exporter]") {
  Impatient exporter;
  auto& [io, clock, slow, times, pages] = exporter;
  clock.advance(std::chrono::seconds(2));
  Kept kept;
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(slow.cut == 0);
  CHECK(test::run(io, closed(pages)));
  CHECK(slow.cut == 1);
  Kept after;
  test::run(io, answer(pages, request("/metrics"), after));
  CHECK(after.status != 200);
  CHECK(slow.made == 1);
}

/// A source that has no thread left.
net::Task<Result<std::string>> broken() {
  throw std::runtime_error("no thread");
  co_return "";
}

TEST_CASE("a page whose making throws is 503, and made anew later", "[exporter]") {
  boost::asio::io_context io;
  const ManualClock clock;
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, broken);
  Kept kept;
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(kept.status == 503);
  CHECK(kept.body == "no thread\n");
}

TEST_CASE("a page that cannot be made is 503 with the reason, and made anew later", "[exporter]") {
  boost::asio::io_context io;
  ManualClock clock;
  Counted counted;
  counted.failure = fail(Errc::not_found, "the GPU is gone").error();
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, counted.source());
  Kept kept;
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(kept.status == 503);
  CHECK(kept.body == "the GPU is gone\n");
  counted.failure.reset();
  clock.advance(std::chrono::seconds(1));
  test::run(io, answer(pages, request("/metrics"), kept));
  CHECK(kept.status == 200);
}

TEST_CASE("an exporter has two pages that can be read", "[exporter]") {
  const auto [method, target, status] = GENERATE(table<std::string, std::string, int>({
      {"GET", "/livez", 200},
      {"HEAD", "/metrics", 200},
      {"GET", "/", 404},
      {"POST", "/metrics", 405},
  }));
  boost::asio::io_context io;
  const ManualClock clock;
  Counted counted;
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, counted.source());
  Kept kept;
  test::run(io, answer(pages, request(target, method), kept));
  CHECK(kept.status == status);
  CHECK(counted.made == (target == "/metrics" && status == 200 ? 1 : 0));
}

TEST_CASE("a page of the web does not read the metrics through a browser", "[exporter]") {
  boost::asio::io_context io;
  const ManualClock clock;
  Counted counted;
  proxy::MetricsPage pages(io, clock, {.least_age = std::chrono::seconds(1)}, counted.source());
  auto foreign = request("/metrics");
  foreign.headers = {};
  foreign.headers.add("host", "evil.example");
  Kept kept;
  test::run(io, answer(pages, foreign, kept));
  CHECK(kept.status == 421);
  CHECK(counted.made == 0);
  pages.guard(false);
  test::run(io, answer(pages, foreign, kept));
  CHECK(kept.status == 200);
}

}  // namespace exporter_test
