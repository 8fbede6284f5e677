#include <catch2/catch_test_macros.hpp>

#include "core/net/errors.h"
#include "core/net/http_client.h"
#include "core/net/resolver.h"

using namespace llmgw;
using namespace llmgw::net;

TEST_CASE("the authority leaves out the scheme's own port and brackets IPv6", "[net]") {
  CHECK(parse_url("http://host:80")->endpoint.authority() == "host");
  CHECK(parse_url("http://host:8000/v1")->endpoint.authority() == "host:8000");
  CHECK(parse_url("https://host:443")->endpoint.authority() == "host");
  CHECK(parse_url("https://host:80")->endpoint.authority() == "host:80");
  CHECK(parse_url("http://[::1]:9000")->endpoint.authority() == "[::1]:9000");
  CHECK(parse_url("unix:/run/engine.sock")->endpoint.authority() == "localhost");
}

TEST_CASE("a URL gives the endpoint and the base path", "[net]") {
  const auto url = parse_url("https://api.example.com/v1/");
  REQUIRE(url);
  CHECK(url->endpoint.tls);
  CHECK(url->endpoint.port == 443);
  CHECK(url->path == "/v1");
  CHECK(endpoint_name(url->endpoint) == "api.example.com:443");
  CHECK(endpoint_name(parse_url("unix:/run/x")->endpoint) == "/run/x");
  CHECK_FALSE(parse_url("ftp://x"));
}

TEST_CASE("addresses of both families are tried in turn", "[net]") {
  using boost::asio::ip::make_address;
  const auto a = make_address("::1"), b = make_address("::2"), c = make_address("::3");
  const auto x = make_address("10.0.0.1"), y = make_address("10.0.0.2");
  CHECK(interleave({a, b, c, x, y}) == std::vector{a, x, b, y, c});
  CHECK(interleave({x, a, y}) == std::vector{x, a, y});
  CHECK(interleave({x, y}) == std::vector{x, y});
  CHECK(interleave({}).empty());
}
