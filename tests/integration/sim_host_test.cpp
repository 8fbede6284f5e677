#include <catch2/catch_test_macros.hpp>

#include "core/base/url.h"
#include "proxy/app_sim.h"
#include "support/test_socket.h"

using namespace llmgw;

namespace sim_host_test {

sim::SimOptions on(const std::string& address) {
  sim::SimOptions options;
  options.listen = {address};
  return options;
}

TEST_CASE("two simulators on one port: the second one fails", "[sim]") {
  const auto first = proxy::SimHost::start(on("127.0.0.1:0"));
  REQUIRE(first);
  const auto port = parse_server_url((*first)->urls().front())->port;
  const auto second = proxy::SimHost::start(on("127.0.0.1:" + std::to_string(port)));
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::network);
}

TEST_CASE("a simulator listens on several addresses with several threads", "[sim]") {
  auto options = on("127.0.0.1:0");
  options.listen.emplace_back("127.0.0.1:0");
  options.threads = 3;
  const auto host = proxy::SimHost::start(options);
  REQUIRE(host);
  REQUIRE((*host)->urls().size() == 2);
  for (const auto& url : (*host)->urls()) {
    auto socket = test::TestSocket::connect_tcp(parse_server_url(url)->port);
    socket.send("GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    CHECK(socket.read_until("\r\n") == "HTTP/1.1 200 OK\r\n");
  }
}

TEST_CASE("a simulator that stops breaks the answers under way", "[sim]") {
  auto host = proxy::SimHost::start(on("127.0.0.1:0"));
  REQUIRE(host);
  auto socket = test::TestSocket::connect_tcp(parse_server_url((*host)->urls().front())->port);
  const std::string body = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})";
  socket.send("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-sim: hang@1, ttft=0\r\ncontent-length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(socket.read_until("\n\n").starts_with("HTTP/1.1 200"));
  host->reset();
  CHECK(socket.read_to_end().find("0\r\n\r\n") == std::string::npos);
}

TEST_CASE("a malformed address is a usage error", "[sim]") {
  const auto host = proxy::SimHost::start(on("nowhere"));
  REQUIRE_FALSE(host);
  CHECK(host.error().code == Errc::usage);
}

}  // namespace sim_host_test
