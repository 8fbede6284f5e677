#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "support/proxy/test_server.h"
#include "support/test_socket.h"

using namespace llmgw;
using namespace llmgw::test;
using server::ListenSocket;

namespace server_listen {

const ListenAddress any_port{"127.0.0.1", 0, ""};

/// A path in a folder of its own that goes with the test.
struct SocketPath {
  std::filesystem::path folder;
  SocketPath() {
    std::string pattern = (std::filesystem::temp_directory_path() / "llmgw-listen-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~SocketPath() { std::filesystem::remove_all(folder); }
  [[nodiscard]] std::string path() const { return (folder / "s.sock").string(); }
};

net::Task<> name_peer(const http::Request&, const server::Peer& peer, server::Responder& responder) {
  http::ResponseHead head;
  head.status = 200;
  std::string body = peer.address + (peer.loopback ? " loopback" : " remote");
  co_await responder.send(std::move(head), std::move(body));
}

TEST_CASE("an occupied port cannot be opened again, but its owner can share it", "[server]") {
  const auto first = ListenSocket::open(any_port);
  REQUIRE(first);
  REQUIRE(first->address().port != 0);
  CHECK(first->url() == "http://127.0.0.1:" + std::to_string(first->address().port));
  const auto shared = first->share();
  REQUIRE(shared);
  CHECK(shared->address() == first->address());
  REQUIRE(first->share());
  const auto second = ListenSocket::open(first->address());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::network);
  CHECK(second.error().message.find("in use") != std::string::npos);
}

TEST_CASE("a port can be opened again right after its server has gone", "[server]") {
  std::uint16_t port = 0;
  {
    TestServer server(name_peer);
    port = server.port();
    auto client = TestSocket::connect_tcp(port);
    client.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    client.read_to_end();  // the server closes first, so its side stays in TIME_WAIT
  }
  CHECK(ListenSocket::open(ListenAddress{"127.0.0.1", port, ""}));
}

TEST_CASE("a unix socket is its owner's alone and goes with the server", "[server]") {
  const SocketPath place;
  const ListenAddress address{"", 0, place.path()};
  {
    TestServer server(name_peer, {}, address);
    struct stat status {};
    REQUIRE(::stat(place.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    auto client = TestSocket::connect_unix(place.path());
    client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    CHECK(read_message(client).body == "unix loopback");
    const auto second = ListenSocket::open(address);
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("in use") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(place.path()));
}

TEST_CASE("a socket file that nobody answers on is replaced, other files are not", "[server]") {
  const SocketPath place;
  const ListenAddress address{"", 0, place.path()};
  {
    auto gone = ListenSocket::open(address);
    REQUIRE(gone);
    std::filesystem::create_hard_link(place.path(), place.folder / "kept");
  }
  std::filesystem::rename(place.folder / "kept", place.path());
  CHECK(ListenSocket::open(address));

  {
    std::FILE* file = std::fopen(place.path().c_str(), "w");
    REQUIRE(file != nullptr);
    std::fclose(file);
  }
  CHECK_FALSE(ListenSocket::open(address));
  CHECK(std::filesystem::is_regular_file(place.path()));
}

TEST_CASE("an address that is not ours is refused with its name", "[server]") {
  const auto socket = ListenSocket::open(ListenAddress{"192.0.2.1", 0, ""});
  REQUIRE_FALSE(socket);
  CHECK(socket.error().code == Errc::network);
  CHECK(socket.error().message.find("192.0.2.1:0") != std::string::npos);
}

}  // namespace server_listen
