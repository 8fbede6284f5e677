#include "proxy/server/local_guard.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;
using namespace llmgw::server;

namespace local_guard_test {

const Peer tcp("127.0.0.1", true);
const GuardOptions options{.allow_hosts = {"gw.example", "fd00::1"}, .allow_origins = {"https://app.example:3000"}};

http::Request with_host(std::string_view host) {
  http::Request request;
  request.method = "POST";
  request.target = "/v1/messages";
  if (!host.empty()) request.headers.add("host", host);
  return request;
}

int status_of(const Result<>& result) { return result ? 0 : result.error().status; }

TEST_CASE("guard accepts our own names in any spelling", "[server]") {
  for (const auto* host : {"localhost", "LOCALHOST:4000", "localhost.:4000", "127.0.0.1", "127.0.0.1:4000", "[::1]",
                           "[::1]:4000", "gw.example", "GW.example:443", "[fd00::1]:4000"})
    CHECK(status_of(check_local(with_host(host), tcp, options)) == 0);
}

TEST_CASE("guard refuses every other name", "[server]") {
  for (const auto* host : {"evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "127.0.0.2", "192.168.1.5",
                           "x.localhost", "gw.example.evil", "[::2]", "0.0.0.0", "[::ffff:127.0.0.1]", ""})
    CHECK(status_of(check_local(with_host(host), tcp, options)) == 421);
}

TEST_CASE("guard takes any name over a unix socket", "[server]") {
  CHECK(check_local(with_host("anything"), Peer("unix", true), options));
}

TEST_CASE("guard lets HTTP/1.0 clients leave out the host", "[server]") {
  auto request = with_host("");
  request.http10 = true;
  CHECK(check_local(request, tcp, options));
}

TEST_CASE("guard refuses pages of other origins", "[server][req-30]") {
  struct Row {
    std::string_view origin;
    int status;
  };
  const auto row = GENERATE(values<Row>({{"https://evil.example", 403},
                                         {"null", 403},
                                         {"", 403},
                                         {"http://localhost:3000", 403},
                                         {"https://app.example", 403},
                                         {"http://app.example:3000", 403},
                                         {"https://app.example:3000", 0},
                                         {"http://localhost:4000", 0},
                                         {"chrome-extension://abc", 403},
                                         {"file://", 403}}));
  auto request = with_host("localhost:4000");
  request.headers.add("origin", row.origin);
  CAPTURE(row.origin);
  CHECK(status_of(check_local(request, tcp, options)) == row.status);
}

TEST_CASE("guard never lists the null origin", "[server]") {
  auto request = with_host("localhost");
  request.headers.add("origin", "null");
  CHECK(status_of(check_local(request, tcp, GuardOptions{.allow_hosts = {}, .allow_origins = {"null"}})) == 403);
  CHECK_FALSE(origin_listed(request, GuardOptions{.allow_hosts = {}, .allow_origins = {"null"}}));
}

TEST_CASE("guard refuses cross-site requests but not those of fetch-based clients", "[server]") {
  auto request = with_host("localhost:4000");
  request.headers.add("sec-fetch-mode", "cors");
  CHECK(check_local(request, tcp, options));
  for (const auto* site : {"none", "same-origin", "same-site"}) {
    request.headers.set("sec-fetch-site", site);
    CHECK(check_local(request, tcp, options));
  }
  request.headers.set("sec-fetch-site", "cross-site");
  CHECK(status_of(check_local(request, tcp, options)) == 403);
  request.headers.add("origin", "https://app.example:3000");
  CHECK(check_local(request, tcp, options));
  CHECK(origin_listed(request, options));
}

}  // namespace local_guard_test
