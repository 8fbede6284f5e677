#include "proxy/server/client_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "support/loop.h"

namespace client_socket_test {

using namespace llmgw;
using std::chrono::milliseconds;

constexpr milliseconds write_timeout{300};

/// A client of a server that is busy or not, as the test says; its far end is read by hand.
class Bench {
 public:
  Bench() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    far_ = ends[1];
    net::Socket near(io);
    near.assign(boost::asio::generic::stream_protocol(AF_UNIX, 0), ends[0]);
    client = std::make_shared<server::ClientSocket>(io, std::move(near), write_timeout, busy, turn);
  }
  ~Bench() {
    client->close();
    io.restart();
    io.poll();
    close(far_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Writes until the socket takes no more.
  void fill() {
    const std::string text(std::size_t{16} << 10U, 'x');
    for (bool taken = true; taken;) {
      server::Pieces pieces(text);
      client->write_now(pieces);
      taken = pieces.empty();
    }
  }
  /// All that has come at the far end.
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> some{};
    for (;;) {
      const auto size = read(far_, some.data(), some.size());
      if (size <= 0) return all;
      all.append(some.data(), static_cast<std::size_t>(size));
    }
  }
  /// Lets everything happen that is due: the turn is over then.
  void settle() {
    io.restart();
    io.poll();
  }
  /// Lets everything happen that falls due within the time.
  void pass(milliseconds time) {
    boost::asio::steady_timer later(io, time);
    bool over = false;
    later.async_wait([&over](const boost::system::error_code&) { over = true; });
    test::run_until(io, [&over] { return over; });
  }

  boost::asio::io_context io{1};
  std::size_t busy = 0;
  server::WriteTurn turn{io};
  std::shared_ptr<server::ClientSocket> client;

 private:
  int far_ = -1;
};

/// Fills the socket and has it keep a last word that it cannot take.
void keep_a_word(Bench& bench) {
  bench.fill();
  bench.busy = net::crowd + 1;
  server::Pieces word(std::string_view("kept"));
  REQUIRE(bench.client->write_now(word));
  bench.client->flush();
  REQUIRE_FALSE(bench.client->flushed());
  bench.busy = 0;
}

TEST_CASE("a client that takes what was kept is not cut later", "[server]") {
  Bench bench;
  keep_a_word(bench);
  SECTION("at the end of a turn") {
    bench.read_all();
    bench.client->flush();
    CHECK(bench.client->flushed());
  }
  SECTION("by a write that comes first") {
    bench.settle();
    bench.read_all();
    REQUIRE(test::run(bench.io, bench.client->write(server::Pieces(std::string_view(" and more")))));
    CHECK(bench.read_all().ends_with("kept and more"));
  }
  bench.pass(write_timeout + milliseconds(50));
  CHECK_FALSE(bench.client->left());
}

TEST_CASE("a client that does not take what was kept has left after the time for writes", "[server]") {
  Bench bench;
  keep_a_word(bench);
  bench.pass(write_timeout + milliseconds(50));
  CHECK(bench.client->left());
}

}  // namespace client_socket_test
