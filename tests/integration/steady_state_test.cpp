// What must hold however long the gateway runs: steady memory, and sockets that send small writes at once.
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>
#include <future>

#include "proxy/app_sim.h"
#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Of sanitizer/allocator_interface.h, which Debian's GCC does not bring.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)
#endif

namespace steady_state {

using llmgw::test::config_for;
using llmgw::test::post;
using llmgw::test::post_bytes;
using llmgw::test::read_until;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;
using llmgw::test::Socket;

std::size_t allocated_bytes() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

/// Requests of all kinds, each with a model name that none before had.
void ask(const RunningGateway& gateway, int from, int to) {
  for (int i = from; i < to; ++i) {
    const auto body = R"({"model":"name-)" + std::to_string(100000 + i) + R"(","max_tokens":4,"stream":)" +
                      (i % 2 == 0 ? "true" : "false") + R"(,"messages":[{"role":"user","content":"hi"}]})";
    const auto* path = i % 3 == 0 ? "/v1/chat/completions" : i % 3 == 1 ? "/v1/messages" : "/v1/messages/count_tokens";
    REQUIRE(post(gateway.port(), path, body).status == 200);
  }
  gateway.wait_idle();
}

TEST_CASE("memory does not grow with the number of requests", "[steady][req-19]") {
  llmgw::sim::SimOptions options;
  options.listen = {"127.0.0.1:0"};
  options.time_scale = 0;
  const auto sim = llmgw::proxy::SimHost::start(options);
  REQUIRE(sim);
  RunningGateway gateway(config_for((*sim)->urls().front(), "vllm"));
  ask(gateway, 0, 200);
  const auto before = allocated_bytes();
  ask(gateway, 200, 1200);
  const auto after = allocated_bytes();
  CAPTURE(before, after);
  // Less than what one entry of any map would take per request.
  CHECK(after < before + std::size_t{48} * 1000);
}

std::uint16_t port_of(int fd, int (*name)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (name(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 || address.sin_family != AF_INET) return 0;
  return ntohs(address.sin_port);
}

bool sends_at_once(int fd) {
  int on = 0;
  socklen_t size = sizeof on;
  return getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0 && on != 0;
}

TEST_CASE("small writes leave at once on both sides", "[steady][req-33]") {
  std::promise<void> looked;
  ScriptedUpstream upstream([&](ScriptedUpstream::Request& request) {
    request.connection.send(llmgw::test::stream_head() +
                            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first\"}}]}\n\n");
    looked.get_future().wait_for(llmgw::test::patience);
    return false;
  });
  RunningGateway gateway(config_for(upstream.url()));
  auto client = Socket::connect(gateway.port());
  client.send(post_bytes("/v1/chat/completions", R"({"model":"m","stream":true,"messages":[]})"));
  std::string seen;
  REQUIRE(read_until(client, seen, "first"));
  int to_clients = 0;
  int to_upstreams = 0;
  for (int fd = 0; fd < 1024; ++fd) {
    if (port_of(fd, getpeername) == 0) continue;  // none, or one that listens
    if (port_of(fd, getsockname) == gateway.port()) {
      ++to_clients;
      CHECK(sends_at_once(fd));
    }
    if (port_of(fd, getpeername) == upstream.port()) {
      ++to_upstreams;
      CHECK(sends_at_once(fd));
    }
  }
  looked.set_value();
  CHECK(to_clients == 1);
  CHECK(to_upstreams == 1);
}

}  // namespace steady_state
